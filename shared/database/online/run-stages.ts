import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { createSql } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import type { Backfill, Change, Cursor, IndexBuild, Stage } from './stage.ts';

/**
 * How long a change waits for a lock, ms: as long everybody else may wait behind it. An autovacuum gives way to it after
 * PostgreSQL's `deadlock_timeout` (1 s), so it must be more than that; a statement of a service gives up after 2 s.
 */
export const LOCK_WAIT_MS = 1_500;
/** A change that takes longer is taken back, ms. */
const CHANGE_MS = 3_000;
/** Between two tries those that had to wait go on. */
const RETRY = { firstMs: 500, maxMs: 10_000 };
const GIVE_UP_AFTER_MS = 600_000;

/** The lock or the time was not to be had, a circle was broken up, or an index is being built by a process that is gone. */
const AGAIN = /^(55P03|57014|40P01|40001|55006)$/;

/** Runs the stages one after the other, each until it is done. Rejects between two steps of its work once `signal` is aborted. */
export async function runStages(pool: Pool, stages: readonly Stage[], signal: AbortSignal): Promise<void> {
  for (const stage of stages) {
    signal.throwIfAborted();
    if (stage.unless !== undefined && (await pool.query(stage.unless)).rowCount !== 0) continue;
    await runStage(pool, stage, signal);
  }
}

async function runStage(pool: Pool, stage: Stage, signal: AbortSignal): Promise<void> {
  switch (stage.kind) {
    case 'change':
      return patiently(stage, () => makeChange(pool, stage), signal);
    case 'build index':
      return patiently(stage, () => build(pool, stage), signal);
    case 'backfill':
      return fill(pool, stage, signal);
    default:
      return patiently(stage, async () => void (await pool.query(stage.sql)), signal);
  }
}

const LIMITS = `set local lock_timeout = ${LOCK_WAIT_MS}; set local statement_timeout = ${CHANGE_MS}`;

const makeChange = (pool: Pool, { sql }: Change) =>
  inTransaction(pool, async (client) => {
    await client.query(LIMITS);
    await client.query(sql);
  });

/** An interrupted build leaves an index that is not valid, and that `if not exists` takes for one. */
async function build(pool: Pool, { name, sql }: IndexBuild): Promise<void> {
  const { rows } = await pool.query<{ building: boolean }>(INVALID, [name]);
  if (rows[0]?.building)
    throw Object.assign(new Error(`the index ${name} is being built`), { code: '55006' });
  if (rows[0]) await pool.query(`drop index concurrently if exists ${name}`);
  await pool.query(sql);
}

const INVALID = `
select exists (select from pg_stat_progress_create_index where index_relid = indexrelid) as building
from pg_index where indexrelid = to_regclass($1) and not indisvalid`;

async function fill(pool: Pool, stage: Backfill, signal: AbortSignal): Promise<void> {
  const sql = createSql(pool);
  const { started } = (await sql.row<{ started: Date }>('select clock_timestamp() as started'))!;
  const isLeft = async () => (await sql.rows(stage.left, { started })).length > 0;
  const pass = async () => {
    let after: Cursor | undefined = stage.first;
    while (after !== undefined) {
      const from: Cursor = after;
      after = await patiently(stage, () => stage.batch(sql, from), signal);
    }
    if (await isLeft()) throw Object.assign(new Error('rows are locked'), { code: '55P03' });
  };
  await patiently(stage, pass, signal);
}

/** Tries until it is done, with growing delays, for ten minutes after it first failed; then says what for. */
async function patiently<Result>(
  { what }: Stage,
  attempt: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  let giveUpAt = Number.POSITIVE_INFINITY;
  for (let waitMs = RETRY.firstMs; ; waitMs = Math.min(waitMs * 2, RETRY.maxMs)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!isWorthAnotherTry(error)) throw error;
      giveUpAt = Math.min(giveUpAt, performance.now() + GIVE_UP_AFTER_MS);
      if (performance.now() >= giveUpAt)
        throw new Error(`the migration could not ${what}: other transactions hold its locks`, {
          cause: error,
        });
    }
    await delay(waitMs, undefined, { signal });
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && AGAIN.test(String(cause.code))) return true;
  return false;
}
