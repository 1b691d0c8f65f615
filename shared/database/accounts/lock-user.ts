import type { EntityManager } from '@mikro-orm/postgresql';
import type { UserRole } from '#shared/contract/roles.ts';
import type { Acting } from './as-owner.ts';

/**
 * What the user has is counted after this, and holds until the end of the transaction. Undefined if the user was deleted
 * meanwhile, or the key through which it acts. Its id is not locked: whatever refers to it (runs, members) is stored
 * without waiting.
 */
export async function lockActing(
  em: EntityManager,
  { userId, keyId }: Acting,
): Promise<{ role: UserRole } | undefined> {
  const [user] = await em.execute<{ role: UserRole }[]>(LOCK_USER, [userId]);
  if (!user || keyId === undefined) return user;
  return (await em.execute<unknown[]>(LOCK_KEY, [keyId, userId])).length === 1 ? user : undefined;
}

const LOCK_USER = 'select role from users where id = ? and deleted_at is null for no key update';
const LOCK_KEY = `
select id from api_keys where id = ? and user_id = ? and (expires_at is null or expires_at > clock_timestamp())
for key share`;
