import type { CancelMode, CancelSource, Status } from '#shared/run/status.ts';
import type { Sql } from '../sql.ts';
import { CANCEL_COLUMNS, type CancelColumns, type RecordedCancel, recordedCancel } from './cancel-columns.ts';

export interface CancelToRecord {
  runId: string;
  by: CancelSource;
  mode: CancelMode;
  reason?: string;
  userId?: string;
  keyId?: string;
}

export interface CancelRecorded {
  owner: string | null;
  epoch: number;
  status: Status;
  cancel: RecordedCancel;
}

/**
 * Makes a cancel durable (I3). Undefined: the run is final or does not exist, and nothing was recorded. The first
 * request counts; a later one can only harden it, and a user's outranks the shutdown of a runner.
 */
export async function recordCancelRequest(
  sql: Sql,
  request: CancelToRecord,
): Promise<CancelRecorded | undefined> {
  const row = await sql.row<Omit<CancelRecorded, 'cancel'> & CancelColumns>(RECORD_CANCEL, [
    request.runId,
    request.by,
    request.mode,
    request.reason?.replaceAll('\0', '\ufffd') ?? null,
    request.userId ?? null,
    request.keyId ?? null,
  ]);
  if (!row) return undefined;
  const { owner, epoch, status } = row;
  return { owner, epoch, status, cancel: recordedCancel(row)! };
}

const OUTRANKS = `(cancel_requested_at is null or (cancel_by <> 'user' and $2 = 'user'))`;
const RECORD_CANCEL = `
update runs set
  cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
  cancel_mode = case when cancel_mode = 'force' then cancel_mode else $3 end,
  cancel_by = case when ${OUTRANKS} then $2 else cancel_by end,
  cancel_reason = case when ${OUTRANKS} then $4 else cancel_reason end,
  cancel_user_id = case when ${OUTRANKS} then $5::uuid else cancel_user_id end,
  cancel_key_id = case when ${OUTRANKS} then $6::uuid else cancel_key_id end
where id = $1 and status in ('running', 'cancelling')
returning owner, epoch, status, ${CANCEL_COLUMNS}`;
