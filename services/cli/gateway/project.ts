import type { Client } from '#shared/client/index.ts';
import { isId } from '#shared/contract/id.ts';
import { AddressError } from './address-error.ts';

/** The id of a project by its id or its label. @throws AddressError no_project, ApiError, GatewayError */
export async function projectId(client: Client, named: string, signal: AbortSignal): Promise<string> {
  if (isId(named)) return named;
  const projects = await client.call('listProjects', {}, { signal });
  const [found, other] = projects.filter(({ label }) => label === named);
  if (found === undefined) throw new AddressError('no_project', `you have no project "${named}"`);
  if (other !== undefined)
    throw new AddressError('no_project', `several projects have the label "${named}": use an id`);
  return found.id;
}

/** The caller's oldest project. @throws AddressError no_project, ApiError, GatewayError */
export async function defaultProject(client: Client, signal: AbortSignal): Promise<string> {
  const [first] = await client.call('listProjects', {}, { signal });
  if (first === undefined) throw new AddressError('no_project', 'there is no project to start a run in');
  return first.id;
}
