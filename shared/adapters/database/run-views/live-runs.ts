import { QUEUED_SINCE } from '../runs/park.ts';
import type { Sql } from '../sql.ts';

/** Runs that are not final, at one moment. */
export interface LiveRunCounts {
  /** Counted up to {@link MOST_QUEUED} (I14). */
  queued: number;
  /** How long the oldest of them has waited, ms; 0 without one. */
  oldestMs: number;
  /** The number of runs on runners. */
  running: number;
  cancelling: number;
  /** Runs that wait for a person without a runner, counted up to {@link MOST_QUEUED}. */
  parked: number;
}

const MOST_QUEUED = 10_000;

/** Exactly the predicate of the index `runs_waiting`. */
export const WAITS = `status = 'running' and num_nonnulls(owner, cancel_requested_at, parked_until) = 0`;

export const readLiveRuns = async (sql: Sql): Promise<LiveRunCounts> =>
  (await sql.row<LiveRunCounts>(READ, { most: MOST_QUEUED }))!;

/** One that was parked waits since its answer, though it comes first: among so many is the longest wait. */
const MOST_AGED = 200;

/** Those on runners are looked up lease by lease: whatever waits or is stored, PostgreSQL does not read all runs for them. */
const READ = `
with held as materialized (
  select runs.shown_status from leases cross join lateral (
    select shown_status from runs where id = leases.run_id and epoch = leases.epoch and runs.owner is not null
      and status in ('running', 'cancelling') offset 0) as runs
)
select
  (select count(*)::int from (select from runs where ${WAITS} order by created_at, id limit :most) as waiting) as queued,
  coalesce((select extract(epoch from clock_timestamp() - min(since))::float8 * 1000
    from (select ${QUEUED_SINCE} as since from runs where ${WAITS} order by created_at, id limit ${MOST_AGED}) as oldest), 0) as "oldestMs",
  (select count(*)::int from held where shown_status = 'running') as running,
  (select count(*)::int from held where shown_status = 'cancelling') as cancelling,
  (select count(*)::int from (
    select from runs where status = 'running' and parked_until is not null order by parked_until, id limit :most) as parked) as parked`;
