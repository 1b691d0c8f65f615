import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * What the user has is counted after this, and holds until the end of the transaction. False if the user was deleted
 * meanwhile. Its id is not locked: whatever refers to it (runs, members) is stored without waiting.
 */
export async function lockUser(em: EntityManager, userId: string): Promise<boolean> {
  const rows = await em.execute<{ id: string }[]>(LOCK, [userId]);
  return rows.length === 1;
}

const LOCK = 'select id from users where id = ? and deleted_at is null for no key update';
