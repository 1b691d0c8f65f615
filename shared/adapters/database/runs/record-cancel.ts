import type { CancelMode, CancelSource } from '#shared/domain/run/status.ts';
import type { Sql } from '../sql.ts';
import { CANCEL_COLUMNS, type CancelColumns, type RecordedCancel, recordedCancel } from './cancel-columns.ts';

/** A cancel on its way is asked for, then recorded (`RecordedCancel`), then commanded (`CommandedCancel`). Here: who, why and how hard. */
export interface AskedCancel {
  mode: CancelMode;
  reason?: string;
  userId?: string;
  keyId?: string | undefined;
  /** How long ago the request came in, ms. */
  elapsedMs?: number;
  /** Where in a trace it is asked for. */
  traceparent?: string | undefined;
}

export interface CancelOfRun extends AskedCancel {
  runId: string;
  by: CancelSource;
  /** Only while this owner has the run, under this epoch: a runner that leaves must not cancel what it has lost (I2). */
  heldBy?: { owner: string; epoch: number };
}

/** A run whose cancel is recorded, as of then: the process that can carry it out has not been notified yet. */
export interface RunToCancel {
  runId: string;
  owner: string | null;
  epoch: number;
  cancel: RecordedCancel;
  /** The run's own trace. */
  traceparent: string | null;
}

export type RunToCancelRow = Omit<RunToCancel, 'cancel'> & CancelColumns;

/**
 * Makes a cancel durable (I3). Undefined: the run is final, does not exist or is not held by `heldBy`, and nothing was
 * recorded. The first request counts; a later one can only harden it, and a user's outranks the shutdown of a runner.
 */
export async function recordCancelRequest(
  sql: Sql,
  { runId, by, heldBy, ...request }: CancelOfRun,
): Promise<RunToCancel | undefined> {
  const holder = { heldByOwner: heldBy?.owner ?? null, heldByEpoch: heldBy?.epoch ?? null };
  const row = await sql.row<RunToCancelRow>(RECORD_CANCEL, {
    runId,
    by,
    ...askedValues(request),
    ...holder,
  });
  return row && runToCancel(row);
}

export function runToCancel(row: RunToCancelRow): RunToCancel {
  const { runId, owner, epoch, traceparent } = row;
  return { runId, owner, epoch, traceparent, cancel: recordedCancel(row)! };
}

/** The values of `recordCancelColumns`. */
export const askedValues = ({ mode, reason, userId, keyId, elapsedMs, traceparent }: AskedCancel) => ({
  mode,
  reason: reason?.replaceAll('\0', '\ufffd') ?? null,
  userId: userId ?? null,
  keyId: keyId ?? null,
  elapsedMs: elapsedMs ?? null,
  cancelTraceparent: traceparent ?? null,
});

/** How many later requests are kept, besides one that hardens it. */
const MOST_REPEATS = 5;
/** Asked for again, in a way that says more than what is recorded: so often as it is kept. */
const SAYS_MORE = `:mode::text = 'force' and cancel_mode <> 'force'
  or coalesce(jsonb_array_length(cancel_repeats), 0) < ${MOST_REPEATS} and (:userId::uuid is distinct from cancel_user_id
    or coalesce(:reason::text, cancel_reason) is distinct from cancel_reason)`;
const REPEAT = `jsonb_build_object('at', clock_timestamp(), 'mode', :mode::text, 'reason', :reason::text, 'userId', :userId::uuid,
  'hardened', :mode::text = 'force' and cancel_mode <> 'force')`;

/**
 * SQL: the assignments that record a cancel, wherever it is done. `by` is an expression. The time it was asked for is
 * reckoned back from when the statement came in, by the database's clock: a wait for the row's lock comes after it.
 */
export function recordCancelColumns(by: string): string {
  const counts = `(cancel_requested_at is null or (cancel_by <> 'user' and ${by} = 'user'))`;
  return `
  cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
  cancel_asked_at = case when cancel_requested_at is null
    then statement_timestamp() - :elapsedMs::float8 * interval '1 ms' else cancel_asked_at end,
  cancel_mode = case when cancel_mode = 'force' then cancel_mode else :mode::text end,
  cancel_by = case when ${counts} then ${by} else cancel_by end,
  cancel_reason = case when ${counts} then :reason::text else cancel_reason end,
  cancel_user_id = case when ${counts} then :userId::uuid else cancel_user_id end,
  cancel_key_id = case when ${counts} then :keyId::uuid else cancel_key_id end,
  cancel_repeats = case when not ${counts} and ${by} = 'user' and (${SAYS_MORE})
    then coalesce(cancel_repeats, '[]') || ${REPEAT} else cancel_repeats end,
  cancel_traceparent = case when ${counts} then :cancelTraceparent::text else cancel_traceparent end`;
}

/** What a statement that records cancels returns of each run. */
export const RECORDED_COLUMNS = `runs.id as "runId", runs.owner, runs.epoch, runs.traceparent, ${CANCEL_COLUMNS}`;

const RECORD_CANCEL = `
update runs set ${recordCancelColumns(':by::text')}
where id = :runId and status in ('running', 'cancelling')
  and (:heldByOwner::uuid is null or (owner = :heldByOwner and epoch = :heldByEpoch::int))
returning ${RECORDED_COLUMNS}`;
