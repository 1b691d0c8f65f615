import { type Columns, columns } from '../columns.ts';
import type { SystemSampleEntity } from '../entities/system.ts';
import type { Sql } from '../sql.ts';
import type { LiveRunCounts } from './live-runs.ts';

/** What the system was like at one minute, and in the minute before it. */
export type SystemSample = Columns<typeof SystemSampleEntity, (typeof SAMPLE)[number]>;

const SAMPLE = [
  ...(['at', 'waiting', 'oldestMs', 'running', 'cancelling', 'slots'] as const),
  ...(['passed', 'failed', 'cancelled', 'lost', 'waitMs', 'cancelMs', 'slowestCancelMs'] as const),
] as const;

/** The minute that has begun last, if there is no sample of it yet. */
export const dueMinute = async (sql: Sql): Promise<Date | undefined> =>
  (await sql.row<{ at: Date }>(DUE))?.at;

const DUE = `
with minute as materialized (select date_trunc('minute', clock_timestamp()) as at)
select at from minute where not exists (select from system_samples where at = minute.at)`;

/** Runs of one minute that are looked at, at most (I14). */
const MOST_ENDED = 100_000;
/** How long samples are kept. */
const KEPT = `interval '3 hours'`;

interface Taken {
  /** Its beginning. */
  minute: Date;
  /** The live runs then. */
  live: LiveRunCounts;
  /** A runner without a heartbeat for so long counts as silent. */
  silentMs: number;
}

/** Stores the sample of a minute, and forgets old ones. Another supervisor may have been faster. */
export async function takeSample(sql: Sql, { minute, live, silentMs }: Taken): Promise<void> {
  const { queued: waiting, oldestMs, running, cancelling } = live;
  const at = minute.toISOString();
  await sql.rows(TAKE, { at, waiting, oldestMs, running, cancelling, silentMs, most: MOST_ENDED });
}

/** What has ended in that minute is found by the index of ends, so it costs the same whatever is stored. */
const TAKE = `
with minute as materialized (select :at::timestamptz as at),
forgotten as (delete from system_samples where at < (select at from minute) - ${KEPT}),
ended as materialized (
  select status, cancelled, cancel_requested_at is not null as asked, extract(epoch from claimed_at - created_at)::float8 * 1000 as wait_ms,
    case when cancelled and cancel_requested_at is not null and not stale
      then extract(epoch from finished_at - cancel_requested_at)::float8 * 1000 end as cancel_ms
  from runs
  where status in ('pass', 'fail') and finished_at >= (select at from minute) - interval '1 minute'
    and finished_at < (select at from minute)
  order by finished_at limit :most
)
insert into system_samples (at, waiting, oldest_ms, running, cancelling, slots, passed, failed, cancelled, lost,
  wait_ms, cancel_ms, slowest_cancel_ms)
select (select at from minute), :waiting, :oldestMs::float8::int, :running, :cancelling,
  (select coalesce(sum(slots), 0)::int from runners
    where seen_at > (select clock_timestamp() - :silentMs::float8 * interval '1 ms')),
  count(*) filter (where status = 'pass'),
  count(*) filter (where status = 'fail' and not cancelled),
  count(*) filter (where cancelled and asked),
  count(*) filter (where cancelled and not asked),
  percentile_cont(0.5) within group (order by wait_ms)::int,
  percentile_cont(0.5) within group (order by cancel_ms)::int,
  max(cancel_ms)::int
from ended
on conflict (at) do nothing`;

/** Those of the last hour, oldest first. */
export const readSamples = (sql: Sql): Promise<SystemSample[]> => sql.rows<SystemSample>(READ);

const READ = `
select ${columns<typeof SystemSampleEntity>(SAMPLE, 'system_samples')} from system_samples
where at > (select clock_timestamp() - interval '1 hour') order by at`;
