/*
 * How long the queue has waited, by what it waits for. Runs that runners could take are read as claims read them, at the
 * cost of a few claims; of the others only the oldest are (I13, I14).
 */
import { READ_VERSIONS } from '#shared/domain/run/context.ts';
import type { QueueWait } from '#shared/domain/story/waits.ts';
import {
  HELD,
  HELD_BY_PROJECT,
  HELD_BY_USER,
  keyIsHeld,
  OLDEST_NEXT,
  OLDEST_NEXT_OF_OPEN_PROJECTS,
} from '../queue/fair-choice.ts';
import { labelSetsOf } from '../queue/label-sets.ts';
import type { RunLimits } from '../queue/limits.ts';
import { QUEUED_SINCE } from '../runs/park.ts';
import type { Sql } from '../sql.ts';
import { WAITS } from './live-runs.ts';

/** What runs wait for that runners could take, as `waitingFor.code` says it, what is best first. */
const TAKEABLE = [
  'runner',
  'slots',
  'runner_unavailable',
  'runners_silent',
  'no_runner',
] as const satisfies readonly QueueWait[];
type Takeable = (typeof TAKEABLE)[number];

/** The oldest run that waits for each, ms; 0 without one. */
export type QueueAges = Readonly<Record<QueueWait, number>>;

export interface QueueToRead {
  leaseMs: number;
  /** A runner without a heartbeat for so long counts as silent. */
  silentMs: number;
  limits: RunLimits;
}

export async function readQueueAges(sql: Sql, toRead: QueueToRead): Promise<QueueAges> {
  const { limits } = toRead;
  const sets = setsByCode(await readRunners(sql, toRead));
  const ages: Record<QueueWait, number> = { ...NONE };
  for (const code of TAKEABLE)
    if (sets[code].length > 0) ages[code] = await readOldestNext(sql, sets[code], limits);
  for (const { code, ms } of await readPassedOver(sql, Object.values(sets).flat(), limits)) ages[code] = ms;
  return ages;
}

const NONE: QueueAges = {
  runner: 0,
  slots: 0,
  runner_unavailable: 0,
  runners_silent: 0,
  no_runner: 0,
  no_fitting_runner: 0,
  concurrency_key: 0,
  user_limit: 0,
  project_limit: 0,
};

/** The sets of labels that a run may ask for, each by the best that a runner with these can do. A run without labels fits all. */
export function setsByCode(
  runners: readonly { labels: string[]; code: Takeable }[],
): Record<Takeable, string[]> {
  const best = new Map<string, Takeable>(labelSetsOf([]).map((set) => [set, 'no_runner']));
  for (const code of TAKEABLE.toReversed())
    for (const { labels } of runners.filter((runner) => runner.code === code))
      for (const set of labelSetsOf(labels)) best.set(set, code);
  const of = (code: Takeable) => [...best].filter(([, found]) => found === code).map(([set]) => set);
  return Object.fromEntries(TAKEABLE.map((code) => [code, of(code)])) as Record<Takeable, string[]>;
}

/** How long the oldest of the runs has waited that runners with these sets of labels take next, ms. */
export async function readOldestNext(sql: Sql, labelSets: string[], limits: RunLimits): Promise<number> {
  const { perUser = null, perProject } = limits;
  const values = { labelSets, perUser, without: [], machineVersions: READ_VERSIONS };
  const row =
    perProject === undefined
      ? await sql.row<{ ms: number }>(OLDEST_NEXT, values)
      : await sql.row<{ ms: number }>(OLDEST_NEXT_OF_OPEN_PROJECTS, { ...values, perProject });
  return row?.ms ?? 0;
}

/**
 * The labels of the runners that were heard last, each with what they can do now. One that left is none, one that was lost is
 * one for a day.
 */
export const readRunners = (sql: Sql, { leaseMs, silentMs }: Pick<QueueToRead, 'leaseMs' | 'silentMs'>) =>
  sql.rows<{ labels: string[]; code: Takeable }>(RUNNERS, { leaseMs, silentMs, most: MOST_RUNNERS });

/** The oldest of the runs that claims pass over, by why. */
export const readPassedOver = (sql: Sql, labelSets: string[], limits: RunLimits) =>
  sql.rows<{ code: QueueWait; ms: number }>(PASSED, {
    labelSets,
    machineVersions: READ_VERSIONS,
    most: MOST_PASSED,
    perUser: limits.perUser ?? null,
    perProject: limits.perProject ?? null,
  });

const MOST_RUNNERS = 1_000;
const RUNNERS = `
select distinct labels, case
  when seen_at < clock_timestamp() - :leaseMs::float8 * interval '1 ms' or unavailable = 'draining' then 'no_runner'
  when seen_at < clock_timestamp() - :silentMs::float8 * interval '1 ms' then 'runners_silent'
  when coalesce(unavailable, 'full') <> 'full' then 'runner_unavailable'
  when unavailable = 'full' or (select count(*) from leases where owner = recent.id) >= slots then 'slots'
  else 'runner' end as code
from (select id, labels, slots, unavailable, seen_at from runners order by seen_at desc limit :most::int) as recent`;

const MOST_PASSED = 200;
const PASSED = `
with ${HELD},
${HELD_BY_USER},
${HELD_BY_PROJECT}
waiting as materialized (
  select id, ${QUEUED_SINCE} as queued_since, user_id, project_id, concurrency_key, runner_labels, machine_version from runs
  where ${WAITS} order by created_at, id limit :most::int
)
select code, extract(epoch from clock_timestamp() - min(queued_since))::float8 * 1000 as ms
from (select queued_since, case
  when runner_labels not in (select fits::text[] from unnest(:labelSets::text[]) as fits)
    or machine_version <> all (:machineVersions::int[]) then 'no_fitting_runner'
  when concurrency_key is not null and (${keyIsHeld('waiting')} or exists (select from key_heads as head
    where head.project_id = waiting.project_id and head.concurrency_key = waiting.concurrency_key and head.run_id <> waiting.id)) then 'concurrency_key'
  when (select runs from held_by_user where user_id = waiting.user_id) >= :perUser::int then 'user_limit'
  when (select runs from held_by_project where project_id = waiting.project_id) >= :perProject::int then 'project_limit'
  end as code from waiting) as passed
where code is not null group by code`;
