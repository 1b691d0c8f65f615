import type { FoundRun } from '#shared/database/run-views/find.ts';
import { runFields } from '#shared/process/run-fields.ts';
import { placeOfRun } from '#shared/traces/run-trace.ts';
import type { GatewayState } from './call.ts';

/** Later log lines of this request, and its span, name the run. */
export function aboutRun(state: GatewayState, { id: runId, owner, epoch, traceparent }: FoundRun): void {
  const run = { runId, owner, epoch, traceparent };
  state.log = state.log.child(runFields(run));
  state.span.link(placeOfRun(run));
}
