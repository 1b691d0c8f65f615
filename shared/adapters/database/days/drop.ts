import type { Day } from '#shared/domain/run/day.ts';
import type { Sql } from '../sql.ts';
import { daysOf, IN_DAYS, idsOf, partitionOf } from './partitions.ts';

/** Days that ended more than `days` days ago and still have partitions, oldest first. */
export async function findOldDays(sql: Sql, days: number): Promise<Day[]> {
  const rows = await sql.rows<{ day: Day }>(
    `select distinct day from (${IN_DAYS.map((table) => daysOf(`'${table}'`)).join(' union all ')}) as made
     where day::date + 1 < (clock_timestamp() at time zone 'UTC') - :days::float8 * interval '1 day' order by day`,
    { days },
  );
  return rows.map(({ day }) => day);
}

const LOOK_AT = 20_000;
const DELETE_AT_ONCE = 1_000;
/** Deleted together with their records. */
const DELETE_WHOLE_AT_ONCE = 100;

const LATER = `finished_at is null or finished_at >= clock_timestamp() - :days::float8 * interval '1 day'`;

/** Whether a run of the day is alive, or has not ended `days` days ago. Reads all of them, some at a time. */
export async function hasRunsToKeep(sql: Sql, day: Day, days: number): Promise<boolean> {
  const [from, to] = idsOf(day);
  for (let id: string | null = from; id !== null; ) {
    const page: { keeps: boolean; next: string | null } | undefined = await sql.row(
      `with page as materialized (
         select id, finished_at from runs where id >= :id and id < :to order by id limit ${LOOK_AT}
       )
       select exists (select from page where ${LATER}) as keeps,
         (select id from page order by id offset ${LOOK_AT - 1}) as next`,
      { id, to, days },
    );
    if (page!.keeps) return true;
    id = page!.next;
  }
  return false;
}

/** A table may have none: of a day on which there were too many other rows, or of one that another leader drops. */
const goesWithDay = (day: Day) =>
  IN_DAYS.map((table) => `to_regclass('${partitionOf(table, day)}') is not null`).join(' and ');

/**
 * Deletes some runs of the day, from an id on. What was recorded of them goes with the day, or with them if not all
 * tables have a partition of it. Returns their ids in their order; none: all are gone.
 */
export async function deleteRunsOfDay(sql: Sql, day: Day, days: number, after?: string): Promise<string[]> {
  const [from, to] = idsOf(day);
  const rows = await sql.transaction(async (within) => {
    const settings = await within.row<{ dayGoes: string }>(
      `select set_config('ghostly.day_goes', case when ${goesWithDay(day)} then 'on' else '' end, true) as "dayGoes"`,
    );
    const limit = settings!.dayGoes === 'on' ? DELETE_AT_ONCE : DELETE_WHOLE_AT_ONCE;
    return within.rows<{ id: string }>(
      `with deleted as (
         delete from runs where id = any (array(
           select id from runs where id >= :from and id < :to order by id limit :limit))
         and status in ('pass', 'fail') and not (${LATER}) returning id
       ), marks as (delete from unpublished where run_id in (select id from deleted))
       select id from deleted order by id`,
      { from: after ?? from, to, days, limit },
    );
  });
  return rows.map(({ id }) => id);
}

/**
 * Drops the partitions of a day without runs. False: the day has a run again, from a gateway whose clock is days behind.
 * While the lock is held nobody can store another one in the partition.
 */
export async function dropDay(sql: Sql, day: Day): Promise<boolean> {
  const [from, to] = idsOf(day);
  for (const table of IN_DAYS) {
    const dropped = await sql.transaction(async (within) => {
      // First this one, as everybody does: or two would wait for each other.
      await within.rows(`lock table only ${table} in access exclusive mode`);
      if (await within.row('select from runs where id >= :from and id < :to limit 1', { from, to }))
        return false;
      await within.rows(`drop table if exists ${partitionOf(table, day)}`);
      return true;
    });
    if (!dropped) return false;
  }
  return true;
}
