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

/** Does what may be repeated until it goes through. @throws the last error once the patience is over, or the signal's reason */
export async function persist<Done>(
  work: () => Promise<Done>,
  { signal, mayRepeat = mayPass }: Patience,
): Promise<Done> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  for (let failures = 0; ; failures += 1) {
    let pauseMs: number;
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !mayRepeat(error) || performance.now() >= givesUpAt) throw error;
      pauseMs = retryAfterMs(error, backoffMs(BACKOFF, failures));
    }
    await delay(pauseMs, signal);
  }
}
