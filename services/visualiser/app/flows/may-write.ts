import { projects } from '../session/projects.ts';

/** Whether the user may change the flows of a project. An admin may in those that it is not in, too. */
export const mayWrite = (project: string): boolean =>
  projects.value.find(({ id }) => id === project)?.role !== 'viewer';
