import { resultOf } from '#shared/platform/metrics/result.ts';
import { countEnd, type EndedRun } from '#shared/platform/metrics/run-end.ts';
import { type TracedRun, tellRun } from '#shared/platform/traces/run-trace.ts';

export type RunEnd = EndedRun & TracedRun;

/** The end of a run is stored: the metrics count it, and its trace has all of it. */
export function tellEnd(run: RunEnd): void {
  countEnd(run);
  const { runId, traceparent, acceptedAt, at: endedAt, stopReason } = run;
  tellRun({ runId, traceparent, acceptedAt, endedAt, stopReason, result: resultOf(stopReason ?? undefined) });
}
