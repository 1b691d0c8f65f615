import { projectOf } from '../../session/projects.ts';

/** The gateway decides; a user without a role in the project sees the run because it is theirs, or as an admin. */
export const isViewer = (project: string): boolean => projectOf(project)?.role === 'viewer';
