import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { KeyScope } from '#shared/contract/roles.ts';
import { type ApiKey, ApiKeyEntity } from '../entities/accounts.ts';
import type { Sql } from '../sql.ts';
import { generateKey } from './key.ts';

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

export const listApiKeysOf = (em: EntityManager, userId: string): Promise<ApiKey[]> =>
  em.find(ApiKeyEntity, { userId }, { orderBy: { createdAt: 'desc', id: 'desc' } });

export const findApiKey = (em: EntityManager, id: string): Promise<ApiKey | null> =>
  em.findOne(ApiKeyEntity, { id });

export async function deleteApiKey(sql: Sql, id: string): Promise<void> {
  await sql.rows('delete from api_keys where id = $1', [id]);
}
