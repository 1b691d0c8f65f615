import {
  createCountedApiKey,
  deleteApiKey,
  findApiKey,
  listApiKeysOf,
} from '#shared/database/accounts/api-keys.ts';
import { maskedKey } from '#shared/database/accounts/key.ts';
import type { Database } from '#shared/database/connect.ts';
import type { ApiKey } from '#shared/database/entities/accounts.ts';
import { actingOf, mayGrant, mayRevoke } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';

const present = ({ id, label, createdAt, scopes, expiresAt, lastUsedAt }: ApiKey, key: string) => ({
  id,
  label,
  createdAt: createdAt.toISOString(),
  key,
  scopes,
  ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
  ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
});

export const createListApiKeys =
  ({ orm }: Database): Handler<'listApiKeys'> =>
  async ({ actor }) => {
    const keys = await listApiKeysOf(orm.em.fork(), actor.userId);
    return { status: 200, body: keys.map((key) => present(key, maskedKey(key.prefix))) };
  };

export const createCreateApiKey =
  ({ orm }: Database, max: number | undefined, now: () => Date): Handler<'createApiKey'> =>
  async ({ actor, body: { label, scopes, expiresAt: end }, ctx }) => {
    const expiresAt = end === undefined ? undefined : new Date(end);
    if (expiresAt && expiresAt <= now())
      throw invalid([{ path: ['expiresAt'], message: 'not_future' }], ctx.state.language);
    if (!mayGrant(actor, scopes, expiresAt)) throw new RequestError('forbidden');
    const wanted = { by: actingOf(actor), label, scopes, expiresAt };
    const created = await createCountedApiKey(orm.em.fork(), wanted, max);
    if (typeof created === 'string') throw new RequestError(created);
    return { status: 201, body: present(created.apiKey, created.key) };
  };

export const createDeleteApiKey =
  ({ orm, sql }: Database): Handler<'deleteApiKey'> =>
  async ({ actor, params: { id } }) => {
    const key = await findApiKey(orm.em.fork(), id);
    const decision = key ? mayRevoke(actor, key) : 'hidden';
    if (!key || decision === 'hidden') throw new RequestError('not_found');
    if (decision === 'forbidden') throw new RequestError('forbidden');
    const outcome = await deleteApiKey(sql, key.id, actingOf(actor));
    if (outcome !== 'deleted') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };
