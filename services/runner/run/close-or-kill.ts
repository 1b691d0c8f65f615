import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { BrowserHold, Closing } from './browser-hold.ts';

/** How soon a closing ends whose browser was killed. */
const ENDS_MS = 200;

/** Closes the run's context, or kills its browser if that takes longer than `ms`. Bounded, whatever hangs (I5, I8). */
export async function closeOrKill(
  hold: BrowserHold,
  options: Closing,
  ms: number,
): Promise<{ videoPath?: string }> {
  const closing = hold.close(options);
  if (await settlesWithin(closing, ms)) return closing;
  await settlesWithin(hold.kill(), ms);
  // What its closing has kept counts, if the kill has ended it.
  return (await settlesWithin(closing, ENDS_MS)) ? closing : {};
}
