import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import { isNotFree, isRequeued } from '#shared/domain/run/runner-loss.ts';
import { type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import type { Parking } from './kept/parking.ts';

/* What becomes of a run whose process fails. */

/** Whether what the run waits for now, its browser or the closing of that, ends its part here. */
export function endsByItself(known: RunSnapshot): boolean {
  const isOpening = meaningOf(stateOf(known)).waitsFor === 'browser';
  // A run goes back into the queue once: the next time the end of its opening would be its own.
  return isOpening ? !known.context.returned : !known.hasTag('flow');
}

/** Whether a supervisor would put the run back into the queue, or park it, as it is stored. */
export const isLeftToSupervisor = (
  run: Pick<ClaimedRun, 'onRunnerLoss' | 'attempt'>,
  committed: RunSnapshot,
  parking: Parking | undefined,
): boolean =>
  (committed.hasTag('awaitsPerson') && parking?.isKept(committed.context.done) === true) ||
  isRequeued({ ...run, returned: isNotFree(committed.context), state: stateOf(committed) });
