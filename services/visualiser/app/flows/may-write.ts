import { projects, projectsRead } from '../session/projects.ts';

/** Not before it is known who the user is in the project. An admin may change flows in those that it is not in, too. */
export const mayWrite = (project: string): boolean =>
  projectsRead.value && projects.value.find(({ id }) => id === project)?.role !== 'viewer';
