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

/** Deletes a final run with its events and steps. Its artifacts go first: a run that stays is found again. */
export async function deleteRun(sql: Sql, runId: string): Promise<void> {
  await sql.rows(`delete from runs where id = :runId and status in ('pass', 'fail')`, { runId });
}
