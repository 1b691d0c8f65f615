import type { EntityManager } from '@mikro-orm/postgresql';
import { KEY_SCOPES } from '#shared/api/contract/accounts/roles.ts';
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
  /** May be missing where there is an account already. */
  password: string | undefined;
  /** If the admin is there already, it gets a further key. */
  needsKey: boolean;
  /** Nobody would see the key of a new admin: none is made. */
  withoutKey?: boolean | undefined;
}

/** Whether the admin was made now, and the API key that was, which is nowhere else. */
export interface Bootstrapped {
  created: boolean;
  apiKey?: string;
}

/** Makes the admin, its project and, unless it is to have none, an API key with all scopes, if there is no user. */
export async function makeFirstAdmin(
  options: DatabaseOptions,
  { email, password, needsKey, withoutKey }: FirstAdmin,
): Promise<Bootstrapped> {
  await using database = connectDatabase(options);
  const em = await database.entities();
  if (password !== undefined && (await em.count(UserEntity)) === 0) {
    // Before the transaction, which must not idle.
    const passwordHash = await hashPassword(password);
    const made = await em.transactional((inner) => createAdmin(inner, { email, passwordHash, withoutKey }));
    if (made !== undefined) return { created: true, ...made };
  }
  const apiKey = needsKey ? await addKeyOfAdmin(await database.entities(), email) : undefined;
  return { created: false, ...(apiKey !== undefined && { apiKey }) };
}

/** Resolves to its key, if it gets one; undefined if another process was first. */
async function createAdmin(
  em: EntityManager,
  { email, passwordHash, withoutKey }: Pick<FirstAdmin, 'email' | 'withoutKey'> & { passwordHash: string },
): Promise<Pick<Bootstrapped, 'apiKey'> | undefined> {
  await em.execute('select pg_advisory_xact_lock(?)', [BOOTSTRAP_LOCK]);
  if ((await em.count(UserEntity)) > 0) return undefined;
  const admin = await addUser(em, { email, passwordHash, role: 'admin' });
  return withoutKey ? {} : { apiKey: await createLocalKey(em, admin.id) };
}

/** Undefined if there is no user with this e-mail, or if it is not an admin. */
async function addKeyOfAdmin(em: EntityManager, email: string): Promise<string | undefined> {
  const user = await em.findOne(UserEntity, { email, deletedAt: null });
  return user?.role === 'admin' ? createLocalKey(em, user.id) : undefined;
}

async function createLocalKey(em: EntityManager, userId: string): Promise<string> {
  return (await createApiKey(em, { userId, label: 'local', scopes: [...KEY_SCOPES] })).key;
}
