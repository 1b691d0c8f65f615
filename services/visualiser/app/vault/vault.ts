/* The vault of a project, as its pages see it. Owns nothing: no answer has a value of a secret. */
import type { CallReply } from '#shared/api/client/index.ts';
import { client } from '../session/session.ts';
import { type PostedSecret, templatesOf } from './secret-form.ts';

export type ListedSecret = CallReply<'listSecrets'>[number];
export type ListedUse = CallReply<'listSecretUses'>[number];

/** The largest page of the list. */
export const MOST_SECRETS = 1_000;

/** Which secret of which project. */
export interface SecretPlace {
  id: string;
  name: string;
}

/** The first ones by name. @throws ApiError, GatewayError, as all of these */
export const readSecrets = (id: string, limit: number, abort: AbortSignal): Promise<ListedSecret[]> =>
  client.value.call('listSecrets', { params: { id }, query: { limit } }, { signal: abort });

/** How fill steps name what the vault has; nothing where that may not be known. */
export async function readTemplates(id: string): Promise<string[]> {
  const query = { limit: MOST_SECRETS };
  try {
    const secrets = await client.value.call('listSecrets', { params: { id }, query });
    return secrets.flatMap(({ name, kind }) => templatesOf(name, kind));
  } catch {
    return [];
  }
}

/** `isNew`: it is refused if there is one with this name. */
export const storeSecret = (
  params: SecretPlace,
  body: PostedSecret,
  { isNew }: { isNew: boolean },
): Promise<ListedSecret> =>
  client.value.call('putSecret', { params, body, ...(isNew && { headers: { 'if-none-match': '*' } }) });

export const removeSecret = (params: SecretPlace): Promise<unknown> =>
  client.value.call('deleteSecret', { params });

/** The newest ones. */
export const readUses = (params: SecretPlace, limit: number, abort: AbortSignal): Promise<ListedUse[]> =>
  client.value.call('listSecretUses', { params, query: { limit } }, { signal: abort });
