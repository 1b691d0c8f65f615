import { readTraceparent } from '#shared/platform/traces/traceparent.ts';

/** What is known of a run where a log line is about it. */
interface NamedRun {
  runId: string;
  /** The claim: its owner and epoch. */
  owner?: string | null | undefined;
  epoch?: number | undefined;
  /** The trace to which the run belongs. */
  traceparent?: string | null | undefined;
}

/** What every log line about a run says of it (`docs/operate.md`). */
export interface RunFields {
  runId: string;
  owner?: string;
  epoch?: number;
  traceId?: string;
}

/** What is not known, or is not there, is left out. */
export function runFields({ runId, owner, epoch, traceparent }: NamedRun): RunFields {
  const traceId = readTraceparent(traceparent)?.traceId;
  return {
    runId,
    ...(typeof owner === 'string' && { owner }),
    ...(epoch !== undefined && { epoch }),
    ...(traceId !== undefined && { traceId }),
  };
}
