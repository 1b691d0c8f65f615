import type { Handler } from '../http/call.ts';
import { type AcceptFlowDeps, createAcceptFlow } from './accept-flow.ts';

/** Stores the run as queued, answers, and notifies the runners: if the notification is lost, the run waits for a runner's next look. */
export function createStartRun(deps: AcceptFlowDeps): Handler<'startRun'> {
  const acceptFlow = createAcceptFlow(deps);
  return (call) => acceptFlow(call, call.body);
}
