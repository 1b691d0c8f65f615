import { maskedKey } from '#shared/adapters/database/accounts/key.ts';
import type { Database } from '#shared/adapters/database/connect.ts';
import type { ApiKey } from '#shared/adapters/database/entities/accounts.ts';
import { actingOf, mayGrant, mayRevoke } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';

/** Loaded when needed: it brings the ORM, which a gateway that only serves runs never needs. */
const loadKeys = () => import('#shared/adapters/database/accounts/api-keys.ts');

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
  ({ entities }: Database): Handler<'listApiKeys'> =>
  async ({ actor }) => {
    const { listApiKeysOf } = await loadKeys();
    const keys = await listApiKeysOf(await entities(), actor.userId);
    return { status: 200, body: keys.map((key) => present(key, maskedKey(key.prefix))) };
  };

export const createCreateApiKey =
  ({ entities }: Database, max: number | undefined, now: () => Date): Handler<'createApiKey'> =>
  async ({ actor, body: { label, scopes, expiresAt: end }, ctx }) => {
    const expiresAt = end === undefined ? undefined : new Date(end);
    if (expiresAt && expiresAt <= now())
      throw invalid([{ path: ['expiresAt'], message: 'not_future' }], ctx.state.language);
    if (!mayGrant(actor, scopes, expiresAt)) throw new RequestError('forbidden');
    const wanted = { by: actingOf(actor), label, scopes, expiresAt };
    const { createCountedApiKey } = await loadKeys();
    const created = await createCountedApiKey(await entities(), wanted, max);
    if (typeof created === 'string') throw new RequestError(created);
    return { status: 201, body: present(created.apiKey, created.key) };
  };

export const createDeleteApiKey =
  ({ entities, sql }: Database): Handler<'deleteApiKey'> =>
  async ({ actor, params: { id } }) => {
    const { deleteApiKey, findApiKey } = await loadKeys();
    const key = await findApiKey(await entities(), id);
    const decision = key ? mayRevoke(actor, key) : 'hidden';
    if (!key || decision === 'hidden') throw new RequestError('not_found');
    if (decision === 'forbidden') throw new RequestError('forbidden');
    const outcome = await deleteApiKey(sql, key.id, actingOf(actor));
    if (outcome !== 'deleted') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };
