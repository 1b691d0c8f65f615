import { orphanOf } from '../orphan.ts';
import type { Statements } from '../sql.ts';

/** Each has up to 1,000 tests that go with it. */
const FORGET_AT_ONCE = 10;

/**
 * Forgets batches that ended longer ago than `days`, oldest first, and those of deleted projects. Returns whether there may be
 * more.
 */
export async function forgetBatches(sql: Statements, days: number): Promise<boolean> {
  const old = await sql.rows(FORGET_OLD, { days });
  const orphans = await sql.rows(FORGET_ORPHANS);
  return Math.max(old.length, orphans.length) === FORGET_AT_ONCE;
}

const FORGET_OLD = `
delete from batches where id = any (array(
  select id from batches where finished_at < (select clock_timestamp() - :days::float8 * interval '1 day')
  order by finished_at limit ${FORGET_AT_ONCE}))
returning 1`;

const FORGET_ORPHANS = `
with ${orphanOf({ table: 'batches', column: 'project_id', owners: 'projects' })}
delete from batches where id = any (array(
  select id from batches where project_id = (select project_id from orphan) limit ${FORGET_AT_ONCE}))
returning 1`;
