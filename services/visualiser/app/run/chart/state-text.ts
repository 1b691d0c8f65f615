import { meaningOf } from '#shared/domain/run/states.ts';
import { STATUSES } from '#shared/domain/run/status.ts';
import type { StateTexts } from './en.ts';

/** What it means that a run is in this state, or in one of the states in it. */
export function stateText({ waits, rungs, statuses }: StateTexts, state: string): string | undefined {
  const { waitsFor, rung } = meaningOf(state);
  const status = STATUSES.find((one) => one === state);
  if (status) return statuses[status];
  return rung ? rungs[rung] : waitsFor && waits[waitsFor];
}
