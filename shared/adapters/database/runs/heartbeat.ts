import type { UnavailableCode } from '#shared/domain/run/unavailable.ts';
import type { Statements } from '../sql.ts';
import { CANCEL_COLUMNS, type CancelColumns, type RecordedCancel, recordedCancel } from './cancel-columns.ts';

export interface LiveActor {
  runId: string;
  epoch: number;
}
export interface RenewedLease extends LiveActor {
  cancel: RecordedCancel | undefined;
  /** How many orders of people it has. */
  orders: number;
}

export interface RunnerReport {
  /** How many it has. */
  browsers?: number;
  /** Why it claims nothing now. */
  unavailable?: UnavailableCode | undefined;
  /** Why it has no browser, in words. */
  trouble?: string | undefined;
}

/**
 * Renews the leases of runs with a live actor here, by the database's clock. A run that is not returned is lost: expired
 * leases are never renewed (I2). Locks leases in run order, against deadlocks. `report`: for the system view.
 */
export async function heartbeat(
  sql: Statements,
  owner: string,
  actors: LiveActor[],
  leaseMs: number,
  report: RunnerReport = {},
): Promise<RenewedLease[]> {
  const rows = await sql.rows<CancelColumns & LiveActor & Pick<RenewedLease, 'orders'>>(HEARTBEAT, {
    owner,
    runIds: actors.map((actor) => actor.runId),
    epochs: actors.map((actor) => actor.epoch),
    leaseMs,
    browsers: report.browsers ?? null,
    unavailable: report.unavailable ?? null,
    trouble: report.trouble ?? null,
  });
  return rows.map((row) => ({
    runId: row.runId,
    epoch: row.epoch,
    orders: row.orders,
    cancel: recordedCancel(row),
  }));
}

const HELD = 'leases.owner = :owner and leases.until > clock_timestamp()';
const HEARTBEAT = `
with seen as (
  update runners set seen_at = clock_timestamp(), browsers = :browsers::int, unavailable = :unavailable::text,
    trouble = :trouble::text where id = :owner
),
held as (
  select leases.run_id from leases join unnest(:runIds::uuid[], :epochs::int[]) as actor (id, epoch)
    on leases.run_id = actor.id and leases.epoch = actor.epoch
  where ${HELD} order by leases.run_id for update of leases
),
renewed as (
  update leases set until = clock_timestamp() + :leaseMs::float8 * interval '1 ms', renewed_at = clock_timestamp()
  from held where leases.run_id = held.run_id and ${HELD}
  returning leases.run_id, leases.epoch
)
select renewed.run_id as "runId", renewed.epoch, ${CANCEL_COLUMNS},
  coalesce(jsonb_array_length(runs.orders), 0) as orders
from renewed join runs on runs.id = renewed.run_id and runs.epoch = renewed.epoch
where runs.owner = :owner`;
