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

/** One project that there is not any more; the index is read once for each project. */
const NEXT = 'select project_id from batches';
const FORGET_ORPHANS = `
with recursive kept as (
  (${NEXT} order by project_id limit 1)
  union all
  select (${NEXT} where project_id > kept.project_id order by project_id limit 1) from kept where kept.project_id is not null
),
orphan as (
  select project_id from kept
  where project_id is not null and not exists (select from projects where projects.id = kept.project_id) limit 1
)
delete from batches where id = any (array(
  select id from batches where project_id = (select project_id from orphan) limit ${FORGET_AT_ONCE}))
returning 1`;
