import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long a change waits for a lock, ms: as long everybody else may wait behind it. An autovacuum gives way to it after
 * PostgreSQL's `deadlock_timeout` (1 s), so it must be more than that, and with what comes next less than 0.6 lease.
 */
export const LOCK_WAIT_MS = 1_500;
/**
 * The same for each of two that are held together: twice that is less than `deadlock_timeout`, after which PostgreSQL
 * aborts any one of the transactions in a deadlock.
 */
export const TOGETHER_WAIT_MS = 400;
/** Between two tries each owner has the time for a heartbeat (a fifth of its lease). */
const PATIENCE = { firstMs: 3_000, maxMs: 10_000, giveUpAfterMs: 600_000 };

/** The lock or the time was not to be had, a circle was broken up, or an object is in use. */
const AGAIN = /^(55P03|57014|40P01|40001|55006)$/;

/** To be tried again, as if PostgreSQL had refused. */
export class InUseError extends Error {
  readonly code = '55006';
}

class GaveUpError extends Error {
  override readonly name = 'GaveUpError';
}

/**
 * Tries to do `what` until it is done, with growing delays, while all that is wrong are locks of others; ten minutes after
 * the first failure it says what they keep it from. Rejects between two tries once `signal` is aborted.
 */
export async function patiently<Result>(
  what: string,
  attempt: () => Promise<Result>,
  signal?: AbortSignal,
  { firstMs, maxMs, giveUpAfterMs } = PATIENCE,
): Promise<Result> {
  let giveUpAt = Number.POSITIVE_INFINITY;
  for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, maxMs)) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof GaveUpError || !isWorthAnotherTry(error)) throw error;
      giveUpAt = Math.min(giveUpAt, performance.now() + giveUpAfterMs);
      if (performance.now() >= giveUpAt)
        throw new GaveUpError(`could not ${what}: other transactions hold its locks`, { cause: error });
    }
    await delay(waitMs, undefined, { ...(signal && { signal }) });
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && AGAIN.test(String(cause.code))) return true;
  return false;
}
