/* The vault of a project, as its pages see it. Owns nothing: no answer has a value of a secret. */
import type { CallReply } from '#shared/api/client/index.ts';
import { client } from '../session/session.ts';
import type { SecretBody } from './secret-form.ts';

export type Secret = CallReply<'listSecrets'>[number];
export type SecretUse = CallReply<'listSecretUses'>[number];

/** The largest page of the list. */
export const MOST_SECRETS = 1_000;

/** Which secret of which project. */
export interface SecretPlace {
  id: string;
  name: string;
}

/** The first ones by name. @throws ApiError, GatewayError, as all of these */
export const readSecrets = (id: string, limit: number, abort: AbortSignal): Promise<Secret[]> =>
  client.value.call('listSecrets', { params: { id }, query: { limit } }, { signal: abort });

export const storeSecret = (params: SecretPlace, body: SecretBody): Promise<Secret> =>
  client.value.call('putSecret', { params, body });

export const deleteSecret = (params: SecretPlace): Promise<unknown> =>
  client.value.call('deleteSecret', { params });

/** The newest ones. */
export const readUses = (params: SecretPlace, limit: number, abort: AbortSignal): Promise<SecretUse[]> =>
  client.value.call('listSecretUses', { params, query: { limit } }, { signal: abort });

/** Whether the project has a secret of this name. */
export async function isTaken({ id, name }: SecretPlace): Promise<boolean> {
  for (let after: string | undefined; ; ) {
    const query = { limit: MOST_SECRETS, after };
    const page = await client.value.call('listSecrets', { params: { id }, query });
    if (page.some((secret) => secret.name === name)) return true;
    if (page.length < MOST_SECRETS) return false;
    after = page.at(-1)?.name;
  }
}
