import type { Sql } from '../sql.ts';

/** Final runs older than `days`, oldest first. */
export async function findExpired(sql: Sql, days: number, limit: number): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `select id from runs where status in ('pass', 'fail')
       and finished_at < (select clock_timestamp() - $1::float8 * interval '1 day')
     order by finished_at limit $2`,
    [days, limit],
  );
  return rows.map((row) => row.id);
}

/** Deletes final runs with their events and steps. Their artifacts go first: a run that stays is found again. */
export async function deleteRuns(sql: Sql, runIds: string[]): Promise<void> {
  await sql.rows(`delete from runs where id = any ($1::uuid[]) and status in ('pass', 'fail')`, [runIds]);
}
