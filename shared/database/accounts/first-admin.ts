import type { EntityManager } from '@mikro-orm/postgresql';
import { KEY_SCOPES } from '#shared/contract/roles.ts';
import { connectDatabase } from '../connect.ts';
import type { DatabaseOptions } from '../connection-options.ts';
import { UserEntity } from '../entities/accounts.ts';
import { createApiKey } from './api-keys.ts';
import { hashPassword } from './password.ts';
import { addUser } from './users.ts';

/** Any number that no other lock of ours uses. */
const BOOTSTRAP_LOCK = 0x67686d32;

export interface FirstAdmin {
  email: string;
  password: string;
  /** If the admin is there already, it gets a further key. */
  needsKey: boolean;
}

/** Whether the admin was made now, and the API key that was, which is nowhere else. */
export interface Bootstrapped {
  created: boolean;
  apiKey?: string;
}

/** Makes the admin, its project and an API key with all scopes, if there is no user. */
export async function makeFirstAdmin(
  options: DatabaseOptions,
  { email, password, needsKey }: FirstAdmin,
): Promise<Bootstrapped> {
  await using database = connectDatabase(options);
  const em = await database.entities();
  if ((await em.count(UserEntity)) === 0) {
    // Before the transaction, which must not idle.
    const passwordHash = await hashPassword(password);
    const made = await em.transactional((inner) => createAdmin(inner, email, passwordHash));
    if (made !== undefined) return { created: true, apiKey: made };
  }
  const apiKey = needsKey ? await addKeyOfAdmin(await database.entities(), email) : undefined;
  return { created: false, ...(apiKey !== undefined && { apiKey }) };
}

/** Resolves to its key; undefined if another process was first. */
async function createAdmin(
  em: EntityManager,
  email: string,
  passwordHash: string,
): Promise<string | undefined> {
  await em.execute('select pg_advisory_xact_lock(?)', [BOOTSTRAP_LOCK]);
  if ((await em.count(UserEntity)) > 0) return undefined;
  const admin = await addUser(em, { email, passwordHash, role: 'admin' });
  return createLocalKey(em, admin.id);
}

/** Undefined if there is no user with this e-mail, or if it is not an admin. */
async function addKeyOfAdmin(em: EntityManager, email: string): Promise<string | undefined> {
  const user = await em.findOne(UserEntity, { email, deletedAt: null });
  return user?.role === 'admin' ? createLocalKey(em, user.id) : undefined;
}

async function createLocalKey(em: EntityManager, userId: string): Promise<string> {
  return (await createApiKey(em, { userId, label: 'local', scopes: [...KEY_SCOPES] })).key;
}
