import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { KeyScope } from '#shared/contract/roles.ts';
import { type ApiKey, ApiKeyEntity } from '../entities/accounts.ts';
import type { Sql } from '../sql.ts';
import { generateKey } from './key.ts';
import { lockUser } from './lock-user.ts';
import { reaches } from './reaches.ts';

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
 * Unless the user has as many as it may: of several at once no more are made than there is room for. When all places are
 * taken, keys that have expired make room.
 */
export const createCountedApiKey = (
  em: EntityManager,
  given: NewApiKey,
  max: number | undefined,
): Promise<CreatedApiKey | 'unknown_user' | 'too_many_keys'> =>
  em.transactional(async (inner) => {
    const { userId } = given;
    if (!(await lockUser(inner, userId))) return 'unknown_user';
    if (await hasAllKeys(inner, userId, max)) await inner.execute(DELETE_EXPIRED, [userId]);
    if (await hasAllKeys(inner, userId, max)) return 'too_many_keys';
    return createApiKey(inner, given);
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

export async function deleteApiKey(sql: Sql, id: string): Promise<void> {
  await sql.rows('delete from api_keys where id = $1', [id]);
}
