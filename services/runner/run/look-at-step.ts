import type { PageLook } from '#shared/bus/command.ts';
import { type RunSnapshot, stateOf } from '#shared/run/snapshot.ts';
import { meaningOf } from '#shared/run/states.ts';
import type { BrowserHold } from './browser-hold.ts';

/** What the page is like that the step under way waits on; undefined if none is. */
export async function lookAtStep(hold: BrowserHold, known: RunSnapshot): Promise<PageLook | undefined> {
  const { step: phase } = meaningOf(stateOf(known));
  const { done, cleaned, announced } = known.context;
  return phase && !announced ? hold.look(phase, phase === 'flow' ? done : cleaned) : undefined;
}
