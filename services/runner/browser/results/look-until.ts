import { setTimeout as delay } from 'node:timers/promises';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { StepFailure } from '../errors.ts';

/** What is looked for is not there yet; in words for who wrote the flow, if it never comes. */
export class NotYet extends StepFailure {}

/** Between two looks, ms. */
const PAUSE_MS = 100;

/** Looks again and again, until a look finds something or `timeout` ms are over; then it fails as the last look did, also if it is cut off. */
export async function lookUntil<T>(
  look: () => Promise<T>,
  { signal, timeout }: { signal: AbortSignal; timeout: number },
): Promise<T> {
  const end = performance.now() + timeout;
  const left = () => end - performance.now();
  let missing: NotYet | undefined;
  for (;;) {
    const looking = look();
    // A page that does not answer the first look in time has shown nothing: then the step is out of time.
    if (missing && !(await settlesWithin(looking, left()))) throw missing;
    try {
      return await looking;
    } catch (error) {
      if (!(error instanceof NotYet)) throw (signal.aborted && missing) || error;
      missing = error;
    }
    if (left() <= PAUSE_MS) throw missing;
    await delay(PAUSE_MS, undefined, { signal }).catch(() => Promise.reject(missing));
  }
}
