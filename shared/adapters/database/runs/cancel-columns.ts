import type { CancelMode, CancelSource } from '#shared/domain/run/status.ts';

/** The recorded cancel of a run, as every statement of its owner returns it. */
export interface RecordedCancel {
  source: CancelSource;
  mode: CancelMode;
  reason?: string;
  /** Where in a trace it was recorded. */
  traceparent?: string;
}

export interface CancelColumns {
  cancel_requested_at: Date | null;
  cancel_by: CancelSource | null;
  cancel_mode: CancelMode | null;
  cancel_reason: string | null;
  cancel_traceparent: string | null;
}

export const CANCEL_COLUMNS =
  'runs.cancel_requested_at, runs.cancel_by, runs.cancel_mode, runs.cancel_reason, runs.cancel_traceparent';

export function recordedCancel(row: CancelColumns): RecordedCancel | undefined {
  if (!row.cancel_requested_at) return undefined;
  return {
    source: row.cancel_by ?? 'user',
    mode: row.cancel_mode ?? 'graceful',
    ...(row.cancel_reason !== null && { reason: row.cancel_reason }),
    ...(row.cancel_traceparent !== null && { traceparent: row.cancel_traceparent }),
  };
}

/** The form of the machine and its commands, without traces. */
export const commanded = ({
  traceparent: _,
  ...cancel
}: RecordedCancel): Omit<RecordedCancel, 'traceparent'> => cancel;
