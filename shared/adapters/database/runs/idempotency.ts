import { tryLock } from '../advisory-locks.ts';
import type { Sql } from '../sql.ts';

/** A client's name for a request that is to count once, and what was asked for under it. */
export interface IdempotencyKey {
  key: string;
  bodyHash: string;
}

/** What has become of a key before: nothing, the run that was started with it, or something else entirely. */
export type KeyUse =
  | { kind: 'fresh' }
  | { kind: 'in_flight' }
  | { kind: 'mismatch' }
  | { kind: 'answered'; runId: string };

/** How long an answer is repeated. An older key has no effect. */
const LIFETIME = `interval '24 hours'`;
const FORGET_AT_ONCE = 10_000;

/**
 * Takes a user's key until the end of the transaction, unless another request has it. One that has an answer is answered
 * all the same: of several clients that ask again at once, none has to wait.
 */
export async function takeKey(sql: Sql, userId: string, asked: IdempotencyKey): Promise<KeyUse> {
  const taken = await tryLock(sql, 'idempotencyKey', `${userId} ${asked.key}`);
  return (await findKeyUse(sql, userId, asked)) ?? { kind: taken ? 'fresh' : 'in_flight' };
}

/** What a request with this key has led to, if one has. */
export async function findKeyUse(
  sql: Sql,
  userId: string,
  { key, bodyHash }: IdempotencyKey,
): Promise<Extract<KeyUse, { kind: 'answered' | 'mismatch' }> | undefined> {
  const used = await useOf(sql, userId, key);
  if (!used) return undefined;
  return used.bodyHash === bodyHash ? { kind: 'answered', runId: used.runId } : { kind: 'mismatch' };
}

const useOf = (sql: Sql, userId: string, key: string) =>
  sql.row<{ bodyHash: string; runId: string }>(
    `select body_hash as "bodyHash", run_id as "runId" from idempotency_keys
     where user_id = :userId and key = :key and created_at > clock_timestamp() - ${LIFETIME}`,
    { userId, key },
  );

/** Runs in the transaction that took the key and stored the run. */
export async function rememberRun(
  sql: Sql,
  userId: string,
  { key, bodyHash }: IdempotencyKey,
  runId: string,
): Promise<void> {
  await sql.rows(
    `insert into idempotency_keys (user_id, key, body_hash, run_id) values (:userId, :key, :bodyHash, :runId)
     on conflict (user_id, key) do update set body_hash = excluded.body_hash, run_id = excluded.run_id,
       created_at = excluded.created_at`,
    { userId, key, bodyHash, runId },
  );
}

/** Removes keys that are over, oldest first, some thousands at a time. Returns whether there may be more. */
export async function forgetKeys(sql: Sql): Promise<boolean> {
  const gone = await sql.rows(
    `delete from idempotency_keys where ctid = any (array(
       select ctid from idempotency_keys where created_at <= (select clock_timestamp() - ${LIFETIME})
       order by created_at limit ${FORGET_AT_ONCE}))
     and created_at <= clock_timestamp() - ${LIFETIME} returning 1`,
  );
  return gone.length === FORGET_AT_ONCE;
}
