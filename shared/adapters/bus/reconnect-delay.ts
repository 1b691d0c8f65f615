/*
 * When a lost connection to NATS is tried again. The client asks for a delay before each try and again after each wait, and
 * measures it from the try before: so one delay holds until it is over. Its very first try after a loss is at once.
 */
import { type Backoff, backoffMs } from '#shared/platform/async/backoff.ts';

const BACKOFF: Backoff = { firstMs: 200, maxMs: 1_000 };

export interface ReconnectDelay {
  /** Ms. */
  next(): number;
  /** It is up again: the next loss begins with short delays. */
  reset(): void;
}

export function createReconnectDelay(
  now: () => number = () => performance.now(),
  random: () => number = Math.random,
): ReconnectDelay {
  let failures = 0;
  let waitMs = 0;
  /** When the wait is over; undefined while there is none. */
  let due: number | undefined;
  return {
    next() {
      if (due === undefined) {
        waitMs = backoffMs(BACKOFF, failures++, random);
        due = now() + waitMs;
      } else if (now() >= due) due = undefined;
      return waitMs;
    },
    reset() {
      failures = 0;
      due = undefined;
    },
  };
}
