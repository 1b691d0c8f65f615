import { isId } from '#shared/contract/is-id.ts';
import type { Client } from './client.ts';
import type { SignalOption } from './transport.ts';

/** The caller has no such project. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
  readonly code = 'no_project';
}

/**
 * The id of the caller's project with this id or label; without one, of its oldest project. An id is returned as it is.
 * @throws ProjectError, ApiError, GatewayError, or the signal's reason
 */
export async function findProject(
  client: Client,
  named: string | undefined,
  options: SignalOption,
): Promise<string> {
  if (named !== undefined && isId(named)) return named;
  const projects = await client.call('listProjects', {}, options);
  const [found, other] =
    named === undefined ? projects.slice(0, 1) : projects.filter(({ label }) => label === named);
  if (found === undefined)
    throw new ProjectError(
      named === undefined ? 'there is no project to start a run in' : `you have no project "${named}"`,
    );
  if (other !== undefined) throw new ProjectError(`several projects have the label "${named}": use an id`);
  return found.id;
}
