import { type FlowWait, RUNG_WAITS } from './meaning.ts';
import { meaningOf } from './states.ts';
import { isFinal, type Status } from './status.ts';

type RungWait = (typeof RUNG_WAITS)[keyof typeof RUNG_WAITS];
/** What a run that goes on waits for, as far as its row tells; the run itself tells more. */
export type ListedWait = FlowWait | RungWait | 'machine' | 'delivery' | 'supervisor_no_runner';

interface Listed {
  status: Status;
  state: string;
  owner?: string | undefined;
}

/** Undefined of a run that is final, and in a state of another version. */
export function listedWait({ status, state, owner }: Listed): ListedWait | undefined {
  if (isFinal(status)) return undefined;
  const { waitsFor, rung } = meaningOf(state);
  if (status === 'running') return waitsFor;
  if (rung) return RUNG_WAITS[rung];
  if (owner === undefined) return 'supervisor_no_runner';
  return waitsFor ? 'delivery' : 'machine';
}
