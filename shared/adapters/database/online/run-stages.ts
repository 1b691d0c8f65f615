import type { Pool } from 'pg';
import { createSql } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { InUseError, LOCK_WAIT_MS, patiently, TOGETHER_WAIT_MS } from './patiently.ts';
import type { Backfill, Change, Cursor, IndexBuild, Stage } from './stage.ts';

/** A change that takes longer is taken back, ms. */
const CHANGE_MS = 3_000;

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
      return patiently(stage.what, () => makeChange(pool, stage), signal);
    case 'build index':
      return patiently(stage.what, () => build(pool, stage), signal);
    case 'backfill':
      return fill(pool, stage, signal);
    default:
      return patiently(stage.what, async () => void (await pool.query(stage.sql)), signal);
  }
}

const limits = (lockWaitMs: number) =>
  `set local lock_timeout = ${lockWaitMs}; set local statement_timeout = ${CHANGE_MS}`;

/**
 * Locks several tables one by one first, so that an autovacuum gives way, then all at once or not at all, as the holder
 * of one may wait for another. Sent as one message, so that no lock waits for this process.
 */
async function makeChange(pool: Pool, { locks, sql }: Change): Promise<void> {
  const taken = Object.entries(locks).map(([table, mode]) => `lock table ${table} in ${mode} mode`);
  const change = (waitMs: number, ...parts: string[]) =>
    inTransaction(pool, async (client) => {
      await client.query(limits(waitMs));
      await client.query(parts.join(';\n'));
    });
  if (taken.length < 2) return change(LOCK_WAIT_MS, sql);
  for (const one of taken) await change(LOCK_WAIT_MS, one);
  return change(TOGETHER_WAIT_MS, ...taken, sql);
}

/**
 * An interrupted build leaves an index that is not valid, and that `if not exists` takes for one. A process that is gone
 * may have left one that PostgreSQL still builds.
 */
async function build(pool: Pool, { name, sql }: IndexBuild): Promise<void> {
  const invalid = async () => (await pool.query<{ building: boolean }>(INVALID, [name])).rows[0];
  const left = await invalid();
  if (left?.building) throw new InUseError(`the index ${name} is being built`);
  if (left) await pool.query(`drop index concurrently if exists ${name}`);
  await pool.query(sql);
  if (await invalid()) throw new InUseError(`another build of the index ${name} has failed`);
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
      after = await patiently(stage.what, () => stage.batch(sql, from), signal);
    }
    if (await isLeft()) throw new InUseError('some rows are locked');
  };
  await patiently(stage.what, pass, signal);
}
