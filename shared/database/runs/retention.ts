import type { Sql } from '../sql.ts';

/** Deletes final runs older than `days`, with their events and steps; returns their ids. */
export async function deleteExpired(sql: Sql, days: number, limit: number): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `delete from runs where id in (
       select id from runs where status in ('pass', 'fail') and finished_at < (select clock_timestamp() - $1::float8 * interval '1 day')
       order by finished_at limit $2 for update skip locked)
     returning id`,
    [days, limit],
  );
  return rows.map((row) => row.id);
}
