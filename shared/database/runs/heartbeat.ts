import type { Sql } from '../sql.ts';
import { CANCEL_COLUMNS, type CancelColumns, type RecordedCancel, recordedCancel } from './cancel-columns.ts';

export interface LiveActor {
  runId: string;
  epoch: number;
}
export interface RenewedLease extends LiveActor {
  cancel: RecordedCancel | undefined;
}

export interface RunnerReport {
  /** How many it has. */
  browsers?: number;
  /** Why it takes no runs. */
  trouble?: string | undefined;
}

/**
 * Renews the leases of the runs that have a live actor here, by the database's clock. A run that is not returned is
 * lost: an expired lease is never renewed (I2). Rows are locked in id order, so that two owners cannot deadlock.
 * `report`: what the runner reports about itself, for the system view.
 */
export async function heartbeat(
  sql: Sql,
  owner: string,
  actors: LiveActor[],
  leaseMs: number,
  report: RunnerReport = {},
): Promise<RenewedLease[]> {
  const rows = await sql.rows<CancelColumns & { id: string; epoch: number }>(HEARTBEAT, {
    owner,
    runIds: actors.map((actor) => actor.runId),
    epochs: actors.map((actor) => actor.epoch),
    leaseMs,
    browsers: report.browsers ?? null,
    trouble: report.trouble ?? null,
  });
  return rows.map((row) => ({ runId: row.id, epoch: row.epoch, cancel: recordedCancel(row) }));
}

const HELD = `runs.owner = :owner and runs.status in ('running', 'cancelling') and runs.lease_until > clock_timestamp()`;
const HEARTBEAT = `
with seen as (update runners set seen_at = clock_timestamp(), browsers = :browsers::int, trouble = :trouble::text where id = :owner),
held as (
  select runs.id from runs join unnest(:runIds::uuid[], :epochs::int[]) as actor (id, epoch)
    on runs.id = actor.id and runs.epoch = actor.epoch
  where ${HELD} order by runs.id for update of runs
)
update runs set lease_until = clock_timestamp() + :leaseMs::float8 * interval '1 ms', heartbeat_at = clock_timestamp()
from held where runs.id = held.id and ${HELD}
returning runs.id, runs.epoch, ${CANCEL_COLUMNS}`;
