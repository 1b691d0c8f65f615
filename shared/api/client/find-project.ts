import { PROJECT_ROLES, type ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import type { CallReply } from './calls.ts';
import type { Client } from './client.ts';
import type { SignalOption } from './transport.ts';

/** The caller has no such project. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
  readonly code = 'no_project';
}

/** So many are named to a caller that asks for another one. */
const MOST_NAMED = 20;

/**
 * The id of the caller's project with this id or label; without one, of the oldest in which it has the role `as` (by
 * default that for starts). An id is returned unchanged.
 * @throws ProjectError, ApiError, GatewayError, or the signal's reason
 */
export async function findProjectId(
  client: Client,
  named: string | undefined,
  { as = 'operator', ...options }: SignalOption & { as?: ProjectRole },
): Promise<string> {
  if (named !== undefined && isId(named)) return named;
  const projects = await client.call('listProjects', {}, options);
  const [found, other] =
    named === undefined
      ? projects.filter((project) => isAtLeast(as, project)).slice(0, 1)
      : projects.filter(({ label }) => label === named);
  if (found === undefined)
    throw new ProjectError(
      named === undefined ? NONE[as] : `you have no project "${named}"; ${projectsInWords(projects)}`,
    );
  if (other !== undefined) {
    const ids = projects.filter(({ label }) => label === named).map(({ id }) => id);
    throw new ProjectError(
      `several projects have the label "${named}": use an id, of ${ids.slice(0, MOST_NAMED).join(', ')}`,
    );
  }
  return found.id;
}

type Projects = CallReply<'listProjects'>;

const NONE: Readonly<Record<ProjectRole, string>> = {
  viewer: 'you are in no project',
  operator: 'there is no project to start a run in',
  owner: 'you own no project',
};

const isAtLeast = (least: ProjectRole, { role }: Pick<Projects[number], 'role'>) =>
  PROJECT_ROLES.indexOf(role) >= PROJECT_ROLES.indexOf(least);

export const mayStartIn = (project: Pick<Projects[number], 'role'>): boolean =>
  isAtLeast('operator', project);

/** The projects that a caller may use, by label. */
export function projectsInWords(projects: Projects): string {
  if (projects.length === 0) return NONE.viewer;
  const names = projects
    .slice(0, MOST_NAMED)
    .map((project) => `${JSON.stringify(project.label)}${mayStartIn(project) ? '' : ' (only to look at)'}`);
  const more = projects.length - names.length;
  return `you have ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
