import type { Statements } from '../sql.ts';

/** Each has up to 1,000 tests that go with it. */
const FORGET_AT_ONCE = 10;

/**
 * Forgets batches that ended longer ago than `days`, oldest first, and ends of runs whose batch is gone. Returns whether there
 * may be more.
 */
export async function forgetBatches(sql: Statements, days: number): Promise<boolean> {
  await sql.rows(FORGET_ENDS);
  return (await sql.rows(FORGET, { days })).length === FORGET_AT_ONCE;
}

const FORGET = `
delete from batches where id = any (array(
  select id from batches where finished_at < (select clock_timestamp() - :days::float8 * interval '1 day')
  order by finished_at limit ${FORGET_AT_ONCE}))
returning 1`;
const FORGET_ENDS = `
delete from batch_ends where not exists (select from batches where id = batch_id)`;
