import { createApiKey, deleteApiKey, findApiKey, listApiKeysOf } from '#shared/database/accounts/api-keys.ts';
import { maskedKey } from '#shared/database/accounts/key.ts';
import type { Database } from '#shared/database/connect.ts';
import type { ApiKey } from '#shared/database/entities/accounts.ts';
import { mayGrant } from '../access/policy.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';

const present = ({ id, label, createdAt }: ApiKey, key: string) => ({
  id,
  label,
  createdAt: createdAt.toISOString(),
  key,
});

export const createListApiKeys =
  ({ orm }: Database): Handler<'listApiKeys'> =>
  async ({ actor }) => {
    const keys = await listApiKeysOf(orm.em.fork(), actor.userId);
    return { status: 200, body: keys.map((key) => present(key, maskedKey(key.prefix))) };
  };

export const createCreateApiKey =
  ({ orm }: Database): Handler<'createApiKey'> =>
  async ({ actor, body: { label, scopes } }) => {
    if (!mayGrant(actor, scopes)) throw new RequestError('forbidden');
    const { apiKey, key } = await createApiKey(orm.em.fork(), { userId: actor.userId, label, scopes });
    return { status: 201, body: present(apiKey, key) };
  };

/** A key revokes keys of its user that can do no more than itself. */
export const createDeleteApiKey =
  ({ orm, sql }: Database): Handler<'deleteApiKey'> =>
  async ({ actor, params: { id } }) => {
    const key = await findApiKey(orm.em.fork(), id, actor.userId);
    if (!key) throw new RequestError('not_found');
    if (actor.keyId !== undefined && !mayGrant(actor, key.scopes)) throw new RequestError('forbidden');
    await deleteApiKey(sql, key.id);
    return { status: 200, body: { ok: true } };
  };
