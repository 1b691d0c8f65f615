import { projects, projectsRead } from '../session/projects.ts';
import { session } from '../session/session.ts';

/** Not before it is known who the user is in the project. An admin may change flows in those that it is not in, too. */
export function mayWrite(project: string): boolean {
  if (!projectsRead.value) return false;
  const own = projects.value.find(({ id }) => id === project);
  return own ? own.role !== 'viewer' : session.value?.role === 'admin';
}
