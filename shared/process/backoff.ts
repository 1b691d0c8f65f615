import { setTimeout as delay } from 'node:timers/promises';

export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/**
 * Retries until `attempt` succeeds, with growing delays; `onFirstFailure` is called for the first failure only.
 * Rejects with the signal's reason when aborted.
 */
export async function retryUntilDone<T>(
  attempt: () => Promise<T>,
  { firstMs, maxMs }: Backoff,
  signal: AbortSignal,
  onFirstFailure: (error: unknown) => void,
): Promise<T> {
  for (let waitMs = firstMs, failures = 0; ; waitMs = Math.min(waitMs * 2, maxMs)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (failures++ === 0) onFirstFailure(error);
      await delay(waitMs, undefined, { signal });
    }
  }
}
