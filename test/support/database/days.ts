import { randomUUID } from 'node:crypto';
import { IN_DAYS } from '#shared/adapters/database/days/partitions.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { addDays, type Day, firstIdOf } from '#shared/domain/run/day.ts';

/** `count` days from now, UTC. */
export const dayFromNow = (count: number): Day => addDays(new Date().toISOString().slice(0, 10), count);

/** The id of a run that was started on that day. */
export const idOn = (day: Day): string => `${firstIdOf(day).slice(0, 14)}7${randomUUID().slice(15)}`;

/** Partitions of a day as if they had been made ahead of it. */
export async function makeDay(sql: Sql, day: Day): Promise<void> {
  for (const table of IN_DAYS) {
    const name = `${table}_${day.replaceAll('-', '')}`;
    await sql.rows(`create table ${name} (like ${table} including all)`);
    await sql.rows(
      `alter table ${table} attach partition ${name} for values from ('${firstIdOf(day)}') to ('${firstIdOf(addDays(day, 1))}')`,
    );
  }
}

/** The partitions of days, in their order: all of one table. */
export async function daysMade(sql: Sql, table = 'events'): Promise<Day[]> {
  const rows = await sql.rows<{ day: Day }>(
    `select to_char(to_date(right(relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') as day from pg_inherits join pg_class on oid = inhrelid
     where inhparent = $1::regclass and relname ~ '_[0-9]{8}$' order by day`,
    [table],
  );
  return rows.map(({ day }) => day);
}

/** How many rows of the run are in which partition of each table. */
export async function placesOf(sql: Sql, runId: string): Promise<Record<string, number>> {
  const rows = await sql.rows<{ place: string; count: number }>(
    IN_DAYS.map(
      (table) =>
        `select tableoid::regclass::text as place, count(*)::int as count from ${table} where run_id = $1 group by 1`,
    ).join(' union all '),
    [runId],
  );
  return Object.fromEntries(rows.map(({ place, count }) => [place, count]));
}

/** Takes all days' partitions away, with what is in them. */
export async function dropDays(sql: Sql): Promise<void> {
  for (const table of IN_DAYS)
    for (const day of await daysMade(sql, table))
      await sql.rows(`drop table ${table}_${day.replaceAll('-', '')}`);
}
