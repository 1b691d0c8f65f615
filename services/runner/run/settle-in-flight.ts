import { type Step, traitsOf } from '#shared/domain/flow/step.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { arrivedIsRead } from '../browser/race.ts';
import type { BrowserHold } from './browser-hold.ts';

const AT_MOST_MS = 100;

/**
 * Gives the step in flight, the one at `index`, a moment to end by itself before its browser is closed. What the browser has
 * answered already counts, however slow the machine is; it is asked nothing more.
 */
export async function settleInFlight(
  hold: BrowserHold,
  steps: readonly Step[],
  index: number,
): Promise<void> {
  const step = steps[index];
  // Any other might still act on the page now.
  if (!step || !traitsOf(step.action).onlyWaits) return;
  hold.skipEvidence();
  await settlesWithin(hold.finished(index), AT_MOST_MS);
  await arrivedIsRead();
}
