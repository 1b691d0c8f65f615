import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  timeoutMs?: number;
  everyMs?: number;
}

/**
 * Calls `check` until it does not throw and resolves to its result. Only where there is nothing to await.
 * @throws the last error, with the time waited, once `timeoutMs` (10 s) have passed
 */
export const eventually = async <T>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 25 }: EventuallyOptions = {},
): Promise<T> => {
  const start = performance.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await check();
    } catch (error) {
      const waited = Math.round(performance.now() - start);
      if (waited >= timeoutMs) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`not within ${waited} ms (${tries} tries): ${reason}`, { cause: error });
      }
    }
    await delay(everyMs);
  }
};
