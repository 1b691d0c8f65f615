import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';
import { type ApiKey, ApiKeyEntity } from '../entities/accounts.ts';
import type { Sql } from '../sql.ts';
import { reaches } from './account-limits.ts';
import type { Acting } from './acting.ts';
import { lockActor } from './as-owner.ts';
import { generateKey } from './key.ts';
import { lockActing } from './lock-user.ts';

export interface NewApiKey {
  userId: string;
  label: string;
  scopes: KeyScope[];
  expiresAt?: Date | undefined;
}

/** The stored key, and the key itself, which is nowhere else. */
export interface CreatedApiKey {
  apiKey: ApiKey;
  key: string;
}

export async function createApiKey(em: EntityManager, given: NewApiKey): Promise<CreatedApiKey> {
  const { key, prefix, keyHash } = generateKey();
  const { userId, label } = given;
  const scopes = [...new Set(given.scopes)];
  const stored = { id: randomUUID(), userId, label, scopes, prefix, keyHash, createdAt: new Date() };
  const apiKey = em.create(ApiKeyEntity, { ...stored, expiresAt: given.expiresAt ?? null });
  await em.persist(apiKey).flush();
  return { apiKey, key };
}

/**
 * For its user, who makes it, unless it has as many as it may: of several at once no more are made than there is room for. When all places are
 * taken, keys that have expired make room.
 */
export const createCountedApiKey = (
  em: EntityManager,
  { by, ...given }: Omit<NewApiKey, 'userId'> & { by: Acting },
  max: number | undefined,
): Promise<CreatedApiKey | 'unauthorized' | 'too_many_keys'> =>
  em.transactional(async (inner) => {
    const { userId } = by;
    if (!(await lockActing(inner, by))) return 'unauthorized';
    if (await hasAllKeys(inner, userId, max)) await inner.execute(DELETE_EXPIRED, [userId]);
    if (await hasAllKeys(inner, userId, max)) return 'too_many_keys';
    return createApiKey(inner, { ...given, userId });
  });

async function hasAllKeys(em: EntityManager, userId: string, max: number | undefined): Promise<boolean> {
  if (max === undefined) return false;
  const [row] = await em.execute<{ full: boolean }[]>(COUNT, [userId, max, max]);
  return row!.full;
}

const COUNT = `select ${reaches('api_keys where user_id = ?', '?')} as "full"`;
const DELETE_EXPIRED = 'delete from api_keys where user_id = ? and expires_at <= clock_timestamp()';

export const listApiKeysOf = (em: EntityManager, userId: string): Promise<ApiKey[]> =>
  em.find(ApiKeyEntity, { userId }, { orderBy: { createdAt: 'desc', id: 'desc' } });

export const findApiKey = (em: EntityManager, id: string): Promise<ApiKey | null> =>
  em.findOne(ApiKeyEntity, { id });

/** Deleted by its user, and not through a key that is revoked itself meanwhile. */
export const deleteApiKey = (sql: Sql, id: string, by: Acting): Promise<'deleted' | 'unauthorized'> =>
  sql.transaction(async (inner) => {
    if (!(await lockActor(inner, by))) return 'unauthorized';
    await inner.rows('delete from api_keys where id = :id', { id });
    return 'deleted';
  });
