/*
 * What the runs of a project have kept of pictures and videos, by the days of the runs. Counted only where a project has a
 * limit, and forgotten with the days: so it costs one row for each artifact, and nothing for a run.
 */
import type { Day } from '#shared/domain/run/day.ts';
import type { Sql } from '../sql.ts';

export interface ProjectBytes {
  projectId: string;
  /** Day of the run. */
  day: Day;
  bytes: number;
}

/**
 * Counts `bytes`, unless the project would then have more than `most`; says whether it did. Exact also if runners ask at
 * once for runs of one day; for runs of two days, each may miss what the other counts in that moment.
 */
export async function countBytes(sql: Sql, of: ProjectBytes & { most: number }): Promise<boolean> {
  return (await sql.row(COUNT, { ...of })) !== undefined;
}

const COUNT = `
with others as (
  select coalesce(sum(bytes), 0) as bytes from artifact_bytes where project_id = :projectId and day <> :day::date)
insert into artifact_bytes as counted (project_id, day, bytes)
select :projectId, :day::date, :bytes::bigint from others where others.bytes + :bytes::bigint <= :most::bigint
on conflict (project_id, day) do update set bytes = counted.bytes + excluded.bytes
  where counted.bytes + excluded.bytes + (select bytes from others) <= :most::bigint
returning 1`;

/** Takes back what was counted and then not kept. */
export async function uncountBytes(sql: Sql, of: ProjectBytes): Promise<void> {
  await sql.rows(
    `update artifact_bytes set bytes = greatest(0, bytes - :bytes::bigint)
     where project_id = :projectId and day = :day::date`,
    { ...of },
  );
}

const FORGET_AT_ONCE = 1_000;

/** Forgets days whose runs are deleted: `days`, and the one that a run may be kept longer with its day. Returns whether there may be more. */
export async function forgetBytes(sql: Sql, days: number): Promise<boolean> {
  const gone = await sql.rows(
    `delete from artifact_bytes where (project_id, day) in (
       select project_id, day from artifact_bytes
       where day < (select ((clock_timestamp() - (:days::float8 + 1) * interval '1 day') at time zone 'UTC')::date)
       order by day limit :limit for update skip locked)
     returning 1`,
    { days, limit: FORGET_AT_ONCE },
  );
  return gone.length === FORGET_AT_ONCE;
}
