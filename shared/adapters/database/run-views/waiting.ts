import type { Sql } from '../sql.ts';
import { WAITS } from './live-runs.ts';

/** The number up to which older runs are counted (I14). */
const MOST_AHEAD = 100;
/** Most runners, those heard last, among which one that would have fitted is looked for. */
const MOST_RECENT = 200;

/** What a queued run may be waiting for. */
export interface WaitingRow {
  /** Runners that live and do not leave: is there one, is there one with its labels? */
  someRunner: boolean;
  fittingRunner: boolean;
  /** Is one of those full at most, and not without a browser or the like? */
  ableRunner: boolean;
  /** When the last runner, and the last one with its labels, was heard; null if none is among those that were heard last. */
  lastRunner: Date | null;
  lastFitting: Date | null;
  /** Why the fitting one that was heard last takes none, as it says. */
  unavailable: string | null;
  /** Slots of those that are able. */
  slots: number;
  busy: number;
  oldestSince: Date | null;
  /** An earlier run with its concurrency key is on a runner; `seen` if all who see the one run see the other (I11). */
  holder: { id: string; since: string; seen: boolean } | null;
  /** Runs on runners of its user, and of its project. */
  ofUser: number;
  ofProject: number;
  /** Older runs that wait and that a live runner could take, up to {@link MOST_AHEAD}; and whether there are more. */
  ahead: number;
  aheadIsMore: boolean;
}

export interface WaitingRun {
  id: string;
  userId: string;
  projectId: string;
  concurrencyKey: string | null;
  runnerLabels: string[];
}

/** Reads the runners, what they hold, and a bounded part of what else waits (I14). */
export const readWaiting = async (sql: Sql, run: WaitingRun, leaseMs: number): Promise<WaitingRow> =>
  (await sql.row<WaitingRow>(READ_WAITING, {
    runId: run.id,
    userId: run.userId,
    projectId: run.projectId,
    concurrencyKey: run.concurrencyKey,
    labels: run.runnerLabels,
    leaseMs,
    most: MOST_AHEAD,
    mostRunners: MOST_RECENT,
  }))!;

const keyRun = (
  which: string,
) => `(select json_build_object('id', id, 'since', coalesce(claimed_at, created_at), 'seen', user_id = :userId or exists (
      select from project_members as member
      where member.project_id = :projectId and member.user_id = :userId))
    from runs where project_id = :projectId and concurrency_key = :concurrencyKey::text and ${which} limit 1)`;

const READ_WAITING = `
with recent as materialized (
  select seen_at, labels from runners order by seen_at desc limit :mostRunners::int
), live as materialized (
  select id, slots, labels, unavailable, seen_at from runners
  where seen_at > (select clock_timestamp() - :leaseMs::float8 * interval '1 ms')
    and unavailable is distinct from 'draining'
), fitting as materialized (select * from live where labels @> :labels::text[]
), able as materialized (select * from fitting where coalesce(unavailable, 'full') = 'full'
), held as materialized (
  select run.claimed_at from able join leases on leases.owner = able.id cross join lateral (
    select claimed_at from runs where id = leases.run_id and epoch = leases.epoch and runs.owner is not null
      and status in ('running', 'cancelling') offset 0) as run
), older as materialized (
  select runner_labels from runs
  where ${WAITS} and created_at <= (select created_at from runs where id = :runId) and id <> :runId
  order by created_at, id limit :most::int + 1
)
select exists (select from live) as "someRunner",
  exists (select from fitting) as "fittingRunner",
  exists (select from able) as "ableRunner",
  (select max(seen_at) from recent) as "lastRunner",
  (select max(seen_at) from recent where labels @> :labels::text[]) as "lastFitting",
  (select unavailable from fitting order by seen_at desc limit 1) as unavailable,
  coalesce((select sum(slots) from able), 0)::int as slots,
  (select count(*) from held)::int as busy,
  (select min(claimed_at) from held) as "oldestSince",
  coalesce(${keyRun("owner is not null and status in ('running', 'cancelling')")},
    ${keyRun('id = (select run_id from key_heads where project_id = :projectId and concurrency_key = :concurrencyKey::text) and id <> :runId')}) as holder,
  (select count(*) from leases where of_user = :userId)::int as "ofUser",
  (select count(*) from leases where of_project = :projectId)::int as "ofProject",
  (select count(*) from (select from older
    where exists (select from live where live.labels @> older.runner_labels) limit :most::int) as ahead)::int as ahead,
  (select count(*) > :most::int from older) as "aheadIsMore"`;
