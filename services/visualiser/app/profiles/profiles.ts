/* The login profiles of a project, as their page sees them. Owns nothing: no answer has anything that is saved in one. */
import type { CallReply, CallRequest } from '#shared/api/client/index.ts';
import { client } from '../session/session.ts';

export type ListedProfile = CallReply<'listProfiles'>[number];
export type SavedVersion = ListedProfile['versions'][number];
export type PostedProfile = CallRequest<'putProfile'>['body'];

/** Which profile of which project. */
export interface ProfilePlace {
  id: string;
  name: string;
}

/** All of them by name. @throws ApiError, GatewayError, as all of these */
export const readProfiles = (id: string, signal: AbortSignal): Promise<ListedProfile[]> =>
  client.value.call('listProfiles', { params: { id } }, { signal });

/** The whole of its settings: what is left out is none. */
export const storeProfile = (params: ProfilePlace, body: PostedProfile): Promise<ListedProfile> =>
  client.value.call('putProfile', { params, body });

export const removeProfile = (params: ProfilePlace): Promise<unknown> =>
  client.value.call('deleteProfile', { params });

export const restoreVersion = (params: ProfilePlace, version: number): Promise<ListedProfile> =>
  client.value.call('restoreProfile', { params, body: { version } });

/** Starts a run that logs in and saves. Resolves to its id. */
export async function startLogin(params: ProfilePlace): Promise<string> {
  const { id } = await client.value.call('logIn', { params, body: {} });
  return id;
}
