import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffMs } from './backoff.ts';

/**
 * Retries until `attempt` succeeds, with random delays that may grow; `onFirstFailure` is called for the first failure
 * only. Rejects with the signal's reason when aborted, and with an error that `isWorthAnotherTry` refuses.
 */
export async function retryUntilDone<T>(
  attempt: () => Promise<T>,
  backoff: Backoff,
  signal: AbortSignal,
  onFirstFailure: (error: unknown) => void,
  isWorthAnotherTry: (error: unknown) => boolean = () => true,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!isWorthAnotherTry(error)) throw error;
      if (failures === 0) onFirstFailure(error);
      // Cut short, it rejects with another error: the loop has the reason.
      await delay(backoffMs(backoff, failures), undefined, { signal }).catch(() => undefined);
    }
  }
}
