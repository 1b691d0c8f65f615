import type { Sql } from './sql.ts';

/** What may be locked by name, each within a space of numbers of its own. */
const SPACES = {
  idempotencyKey: 0x67686901,
  userQueue: 0x67687101,
  projectQueue: 0x67687102,
  concurrencyKey: 0x67687103,
  claim: 0x67687104,
} as const;

export type LockSpace = keyof typeof SPACES;

/**
 * Locks a name until the end of the transaction, and waits for it if need be. By a statement of its own: the next one
 * sees what the holder before has committed.
 */
export async function lock(sql: Sql, space: LockSpace, name: string): Promise<void> {
  await sql.rows('select pg_advisory_xact_lock(hashtextextended(:name, :space))', {
    space: SPACES[space],
    name,
  });
}

/** The same without waiting: false if another transaction has it. */
export async function tryLock(sql: Sql, space: LockSpace, name: string): Promise<boolean> {
  const row = await sql.row<{ locked: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended(:name, :space)) as locked',
    { space: SPACES[space], name },
  );
  return row!.locked;
}
