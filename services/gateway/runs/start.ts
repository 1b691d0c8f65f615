import type { Handler } from '../http/call.ts';
import { type AcceptFlowDeps, createAcceptFlow } from './accept-flow.ts';

/** Stores the run as queued, answers, and rings: a lost ring only makes it wait for a runner's next look. */
export function createStartRun(deps: AcceptFlowDeps): Handler<'startRun'> {
  const acceptFlow = createAcceptFlow(deps);
  return (call) => acceptFlow(call, call.body);
}
