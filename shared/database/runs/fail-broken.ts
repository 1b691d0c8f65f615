import type { Sql } from '../sql.ts';

export interface BrokenRun {
  runId: string;
  owner: string;
  epoch: number;
  /** What is wrong with it, in one line. */
  error: string;
}

/**
 * The owner's last write about a run that it cannot go on with: a machine or flow that cannot be read, or something that
 * cannot be stored. By SQL alone and under a new epoch, so that nothing of the old one can follow (I2). A recorded cancel
 * still counts (I3). False: refused, the run is lost or final.
 */
export async function failBroken(sql: Sql, { runId, owner, epoch, error }: BrokenRun): Promise<boolean> {
  const values = [runId, owner, epoch, error.replaceAll('\0', '\ufffd').toWellFormed()];
  return (await sql.row(FAIL_BROKEN, values)) !== undefined;
}

const FAIL_BROKEN = `
with moment as materialized (select clock_timestamp() as at),
run as (
  update runs set status = 'fail', state = 'fail', epoch = runs.epoch + 1, last_seq = runs.last_seq + 1, error = $4,
    cancelled = runs.cancel_requested_at is not null, stop_reason = 'broken', finished_at = moment.at
  from moment
  where runs.id = $1 and runs.owner = $2 and runs.epoch = $3 and runs.status in ('running', 'cancelling')
    and runs.lease_until > clock_timestamp()
  returning runs.id, runs.last_seq, runs.cancelled, runs.cancel_by, runs.cancel_reason, moment.at
),
stored_event as (
  insert into events (run_id, seq, type, payload, at)
  select id, last_seq, 'run_end', case when cancelled
      then json_strip_nulls(json_build_object('status', 'fail', 'cancelled', true, 'source', cancel_by, 'reason', cancel_reason))
      else json_build_object('status', 'fail', 'error', $4::text) end, at
  from run
),
stored_status as (insert into status_changes (run_id, status, after_seq, at) select id, 'fail', last_seq, at from run)
select id from run`;
