import type { RunLimits } from '../queue/limits.ts';
import type { Sql } from '../sql.ts';
import { WAITS } from './live-runs.ts';

/** The number up to which older runs in line are counted, and how many that wait are looked at for that (I14). */
const MOST_AHEAD = 100;
const MOST_LOOKED_AT = 200;
/** Most runners, those heard last, among which one that would have fitted is looked for. */
const MOST_RECENT = 200;

/** What a queued run may be waiting for. */
export interface WaitingRow {
  /** Runners that live and do not leave: is there one, is there one with its labels? */
  someRunner: boolean;
  fittingRunner: boolean;
  /** One of the fitting ones has been heard lately. */
  heardRunner: boolean;
  /** One of them has missed no heartbeat. */
  isHeardLately: boolean;
  /** Is one of those full at most, and not without a browser or the like? */
  ableRunner: boolean;
  /** When the last runner, and the last one with its labels, was heard; null if none is among those that were heard last. */
  lastRunner: Date | null;
  lastFitting: Date | null;
  /** When the last of the fitting ones that live was heard. */
  lastHeard: Date | null;
  /** Why the fitting one that was heard last takes none, as it says. */
  unavailable: string | null;
  /** Slots of those that are able, and the free ones of those of them that have missed no heartbeat. */
  slots: number;
  busy: number;
  free: number;
  /** When the last of the able ones with a free slot was heard, whether or not it has missed a heartbeat. */
  lastFree: Date | null;
  /** The run that has been in them longest; `seen` as of `holder`. */
  oldest: { id: string; since: string; seen: boolean } | null;
  /** An earlier run with its concurrency key is on a runner; `seen` if all who see the one run see the other (I11). */
  holder: { id: string; since: string; seen: boolean } | null;
  /** Runs on runners of its user, and of its project. */
  ofUser: number;
  ofProject: number;
  projectLabel: string | null;
  /** Older runs in line: a live runner could take them, and neither a key nor a limit holds them. Counted up to {@link MOST_AHEAD}. */
  ahead: number;
  /** There are more, or so many wait that not all were looked at. */
  aheadIsMore: boolean;
}

export interface WaitingRun {
  id: string;
  userId: string;
  projectId: string;
  concurrencyKey: string | null;
  runnerLabels: string[];
}

export interface WaitingToRead {
  leaseMs: number;
  /** A runner without a heartbeat for so long counts as silent. */
  silentMs: number;
  limits: RunLimits;
}

/** Reads the runners, what they hold, and a bounded part of what else waits (I14). */
export const readWaiting = async (
  sql: Sql,
  run: WaitingRun,
  { leaseMs, silentMs, limits }: WaitingToRead,
): Promise<WaitingRow> =>
  (await sql.row<WaitingRow>(READ_WAITING, {
    runId: run.id,
    userId: run.userId,
    projectId: run.projectId,
    concurrencyKey: run.concurrencyKey,
    labels: run.runnerLabels,
    leaseMs,
    silentMs,
    lateMs: silentMs / 2,
    perUser: limits.perUser ?? null,
    perProject: limits.perProject ?? null,
    most: MOST_AHEAD,
    mostLookedAt: MOST_LOOKED_AT,
    mostRunners: MOST_RECENT,
  }))!;

/** Whether all who see the run see another one of its project, of which this is the user. */
const isSeen = (userId: string) => `(${userId} = :userId or exists (
      select from project_members as member
      where member.project_id = :projectId and member.user_id = :userId))`;

const keyRun = (
  which: string,
) => `(select json_build_object('id', id, 'since', coalesce(claimed_at, created_at), 'seen', ${isSeen('user_id')})
    from runs where project_id = :projectId and concurrency_key = :concurrencyKey::text and ${which} limit 1)`;

const ago = (ms: string) => `(select clock_timestamp() - ${ms}::float8 * interval '1 ms')`;

/** A key that is held has no head. */
const IS_IN_LINE = `exists (select from live where live.labels @> older.runner_labels)
  and (concurrency_key is null or (select run_id from key_heads as head
    where head.project_id = older.project_id and head.concurrency_key = older.concurrency_key) = older.id)
  and (:perUser::int is null or (select count(*) from on_runners where of_user = older.user_id) < :perUser::int)
  and (:perProject::int is null or (select count(*) from on_runners where of_project = older.project_id) < :perProject::int)`;

const READ_WAITING = `
with recent as materialized (
  select seen_at, labels from runners order by seen_at desc limit :mostRunners::int
), live as materialized (
  select id, slots, labels, unavailable, seen_at from runners
  where seen_at > ${ago(':leaseMs')} and unavailable is distinct from 'draining'
), fitting as materialized (select * from live where labels @> :labels::text[]
), heard as materialized (select * from fitting where seen_at > ${ago(':silentMs')}
), able as materialized (select * from heard where coalesce(unavailable, 'full') = 'full'
), on_runners as materialized (select of_user, of_project from leases
), held as materialized (
  select able.id as owner, run.* from able join leases on leases.owner = able.id cross join lateral (
    select id, claimed_at, user_id, project_id from runs where id = leases.run_id and epoch = leases.epoch
      and runs.owner is not null and status in ('running', 'cancelling') offset 0) as run
), older as materialized (
  select id, runner_labels, user_id, project_id, concurrency_key from runs
  where ${WAITS} and created_at <= (select created_at from runs where id = :runId) and id <> :runId
  order by created_at, id limit :mostLookedAt::int
), in_line as materialized (select from older where ${IS_IN_LINE} limit :most::int + 1
)
select exists (select from live) as "someRunner",
  exists (select from fitting) as "fittingRunner",
  exists (select from heard) as "heardRunner",
  exists (select from heard where seen_at > ${ago(':lateMs')}) as "isHeardLately",
  exists (select from able) as "ableRunner",
  (select max(seen_at) from recent) as "lastRunner",
  (select max(seen_at) from recent where labels @> :labels::text[]) as "lastFitting",
  (select max(seen_at) from fitting) as "lastHeard",
  (select unavailable from heard order by seen_at desc limit 1) as unavailable,
  coalesce((select sum(slots) from able), 0)::int as slots,
  (select count(*) from held)::int as busy,
  coalesce((select sum(greatest(0, slots - (select count(*) from held where held.owner = able.id)))
    from able where seen_at > ${ago(':lateMs')}), 0)::int as free,
  (select max(seen_at) from able where slots > (select count(*) from held where held.owner = able.id)) as "lastFree",
  (select json_build_object('id', id, 'since', claimed_at, 'seen', project_id = :projectId and ${isSeen('user_id')})
    from held order by claimed_at limit 1) as oldest,
  coalesce(${keyRun("(owner is not null or parked_until is not null) and status in ('running', 'cancelling')")},
    ${keyRun('id = (select run_id from key_heads where project_id = :projectId and concurrency_key = :concurrencyKey::text) and id <> :runId')}) as holder,
  (select count(*) from on_runners where of_user = :userId)::int as "ofUser",
  (select count(*) from on_runners where of_project = :projectId)::int as "ofProject",
  (select label from projects where id = :projectId) as "projectLabel",
  least((select count(*) from in_line), :most::int)::int as ahead,
  (select count(*) > :most::int from in_line) or (select count(*) = :mostLookedAt::int from older) as "aheadIsMore"`;
