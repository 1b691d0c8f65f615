import type { PageLook } from '#shared/adapters/bus/command.ts';
import { type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import type { BrowserHold } from './browser-hold.ts';

/** What the page is like that the step under way waits on; undefined if none is. */
export async function lookAtStep(hold: BrowserHold, known: RunSnapshot): Promise<PageLook | undefined> {
  const { step: phase } = meaningOf(stateOf(known));
  const { done, cleaned, announced } = known.context;
  return phase && !announced ? hold.look(phase, phase === 'flow' ? done : cleaned) : undefined;
}
