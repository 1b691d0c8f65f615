import type { FoundRun } from '#shared/adapters/database/run-views/find.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { placeOfRun } from '#shared/platform/traces/run-trace.ts';
import type { GatewayState } from './call.ts';

/** Later log lines of this request, and its span, name the run. */
export function aboutRun(state: GatewayState, { id: runId, owner, epoch, traceparent }: FoundRun): void {
  const run = { runId, owner, epoch, traceparent };
  state.log = state.log.child(runFields(run));
  state.span.link(placeOfRun(run));
}
