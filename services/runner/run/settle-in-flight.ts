import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Step, StepAction } from '#shared/flow/step.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import type { BrowserHold } from './browser-hold.ts';

/** Steps that only wait. Any other might still act on the page now. */
const WAITS = new Set<StepAction>(['goto', 'waitForSelector', 'snapshot']);
const AT_MOST_MS = 100;
/** A process that was stopped (SIGSTOP) needs a few turns to read what arrived meanwhile. */
const TURNS = 20;

/** Gives the step in flight, the one at `index`, a moment to end by itself before its browser is closed. */
export async function settleInFlight(
  hold: BrowserHold,
  steps: readonly Step[],
  index: number,
): Promise<void> {
  const step = steps[index];
  if (!step || !WAITS.has(step.action)) return;
  await settlesWithin(hold.finished(index), AT_MOST_MS);
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}
