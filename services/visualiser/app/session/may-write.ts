import { projectOf, projectsRead } from './projects.ts';
import { session } from './session.ts';

/** Not before it is known who the user is in the project. An admin may in those that it is not in, too. */
export function mayWrite(id: string): boolean {
  if (!projectsRead.value) return false;
  const own = projectOf(id);
  return own ? own.role !== 'viewer' : session.value?.role === 'admin';
}
