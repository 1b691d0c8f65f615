/*
 * How many runs wait, since when, and for what: the oldest of them one by one, as `waitingFor.code` says it. Bounded,
 * whatever waits (I14).
 */
import { READ_VERSIONS } from '#shared/domain/run/context.ts';
import type { QueueWait } from '#shared/domain/story/waits.ts';
import { HELD, HELD_BY_PROJECT, HELD_BY_USER, keyIsHeld } from '../queue/fair-choice.ts';
import { QUEUED_SINCE } from '../runs/park.ts';
import type { Sql } from '../sql.ts';
import { WAITS } from './live-runs.ts';
import { type QueueToRead, readRunners, setsByCode } from './queue-ages.ts';

export interface QueueCauses {
  /** Counted up to a number. */
  length: number;
  oldestAt: Date | null;
  /** What the oldest wait for, the most frequent first. */
  causes: { code: QueueWait; count: number }[];
}

export interface CausesToRead extends QueueToRead {
  /** Up to what number waiting runs are counted, and of how many of them it is looked why. */
  most: { counted: number; looked: number };
}

export async function readQueueCauses(sql: Sql, { most, ...queue }: CausesToRead): Promise<QueueCauses> {
  const runners = await readRunners(sql, queue);
  const sets = Object.entries(setsByCode(runners)).flatMap(([code, of]) => of.map((set) => ({ set, code })));
  const row = await sql.row<QueueCauses & Record<string, unknown>>(READ, {
    sets: sets.map(({ set }) => set),
    codes: sets.map(({ code }) => code),
    isEmpty: runners.every(({ code }) => code === 'no_runner'),
    machineVersions: READ_VERSIONS,
    counted: most.counted,
    looked: most.looked,
    perUser: queue.limits.perUser ?? null,
    perProject: queue.limits.perProject ?? null,
  });
  return row!;
}

/** The first of several reasons is the one that must go first, as for one run (`services/gateway/runs/waiting-for`). */
const READ = `
with ${HELD},
${HELD_BY_USER},
${HELD_BY_PROJECT}
fitting as materialized (
  select labels::text[] as labels, code from unnest(:sets::text[], :codes::text[]) as set_of (labels, code)
),
waiting as materialized (
  select id, ${QUEUED_SINCE} as queued_since, user_id, project_id, concurrency_key, runner_labels, machine_version from runs
  where ${WAITS} order by created_at, id limit :looked::int
),
able as (
  select waiting.*, case when machine_version = any (:machineVersions::int[]) then fitting.code end as runner
  from waiting left join fitting on fitting.labels = waiting.runner_labels
),
caused as (
  select case
    when :isEmpty then 'no_runner'
    when runner is null or runner = 'no_runner' then 'no_fitting_runner'
    when runner not in ('slots', 'runner') then runner
    when concurrency_key is not null and (${keyIsHeld('able')} or exists (select from key_heads as head
      where head.project_id = able.project_id and head.concurrency_key = able.concurrency_key and head.run_id <> able.id)) then 'concurrency_key'
    when (select runs from held_by_user where user_id = able.user_id) >= :perUser::int then 'user_limit'
    when (select runs from held_by_project where project_id = able.project_id) >= :perProject::int then 'project_limit'
    else runner end as code
  from able
)
select (select count(*)::int from (select from runs where ${WAITS} order by created_at, id limit :counted::int) as counted) as length,
  (select min(queued_since) from waiting) as "oldestAt",
  coalesce((select json_agg(json_build_object('code', code, 'count', count) order by count desc, code)
    from (select code, count(*)::int as count from caused group by code) as counted), '[]') as causes`;
