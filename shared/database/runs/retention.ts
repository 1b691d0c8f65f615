import type { Sql } from '../sql.ts';

/** Final runs older than `days`, oldest first, without those to be left out. */
export async function findExpired(
  sql: Sql,
  days: number,
  limit: number,
  leftOut: string[] = [],
): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `select id from runs where status in ('pass', 'fail')
       and finished_at < (select clock_timestamp() - :days::float8 * interval '1 day') and id <> all (:leftOut::uuid[])
     order by finished_at limit :limit`,
    { days, limit, leftOut },
  );
  return rows.map((row) => row.id);
}

/** Deletes leases that nobody holds, as services of the version before leave them. Returns whether there may be more. */
export async function forgetLeases(sql: Sql): Promise<boolean> {
  const gone = await sql.rows(
    `delete from leases where run_id = any (array(
       select run_id from leases where until < (select clock_timestamp()) and not exists (
         select from runs where id = run_id and epoch = leases.epoch and status in ('running', 'cancelling'))
       limit ${FORGET_AT_ONCE})) and until < clock_timestamp() returning 1`,
  );
  return gone.length === FORGET_AT_ONCE;
}

const FORGET_AT_ONCE = 1_000;

/** Deletes a final run with its events and steps. Its artifacts go first: a run that stays is found again. */
export async function deleteRun(sql: Sql, runId: string): Promise<void> {
  await sql.rows(`delete from runs where id = :runId and status in ('pass', 'fail')`, { runId });
}
