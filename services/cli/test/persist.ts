import { delay } from '#shared/api/client/delay.ts';
import { mayPass, retryAfterMs } from '#shared/api/client/index.ts';
import { type Backoff, backoffMs } from '#shared/platform/async/backoff.ts';

const BACKOFF: Backoff = { firstMs: 200, maxMs: 3_000 };
const PATIENCE_MS = 30_000;

export interface Patience {
  signal: AbortSignal;
  /** Whether it is tried again after this error; by default while the gateway is away, or has too much to do. */
  mayRepeat?: (error: unknown) => boolean;
}

/**
 * Does what may be repeated until it goes through. @throws the last error once the patience is over or the signal is
 * aborted, as that says why; the signal's reason if there is none
 */
export async function persist<Done>(
  work: () => Promise<Done>,
  { signal, mayRepeat = mayPass }: Patience,
): Promise<Done> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  let last: unknown;
  for (let failures = 0; ; failures += 1) {
    let pauseMs: number;
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw last ?? error;
      if (!mayRepeat(error) || performance.now() >= givesUpAt) throw error;
      last = error;
      pauseMs = retryAfterMs(error, backoffMs(BACKOFF, failures));
    }
    await delay(pauseMs, signal).catch(() => {
      throw last;
    });
  }
}
