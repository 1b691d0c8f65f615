import { setTimeout as delay } from 'node:timers/promises';
import { EXTENDED } from './share.ts';

export interface EventuallyOptions {
  timeoutMs?: number;
  /** Between two tries; without it they become rarer. */
  everyMs?: number;
}

/** How slow the machine was at the start of the run (vitest.config.ts): 1 on two calm cores, and outside Vitest. */
const SLOWNESS = Number(process.env.TEST_SLOWNESS ?? 1);
/** A time that a healthy service has to keep, such as a lease: as much longer as this machine is slower. */
export const scaledMs = (ms: number): number => Math.round(ms * SLOWNESS);
/**
 * For a wait that only ends what hangs, ms. Beside the other workers of a whole run three browsers take ten seconds for what takes
 * them one alone.
 */
export const PATIENCE_MS = scaledMs(30_000);

/** What is promised within `ms` is held to that, scaled, where all cases run; beside other files it only ends what hangs. */
export const promisedMs = (ms: number): number => (EXTENDED ? scaledMs(ms) : PATIENCE_MS);

const SOONEST_MS = 25;
const RAREST_MS = 150;
/** A wait is longer by no more than this part of it. */
const LATE = 1 / 8;

/** A try asks a gateway and a database mostly, and costs a core a third of the time between two of the soonest. */
const pause = (waited: number): number => Math.min(RAREST_MS, Math.max(SOONEST_MS, waited * LATE));

/**
 * Calls `check` until it does not throw and resolves to its result. Only where there is nothing to await.
 * @throws the last error, with the time waited, once `timeoutMs` (30 s, more on a slow machine) have passed
 */
export const eventually = async <T>(
  check: () => T | Promise<T>,
  { timeoutMs = PATIENCE_MS, everyMs }: EventuallyOptions = {},
): Promise<T> => {
  const start = performance.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await check();
    } catch (error) {
      const waited = performance.now() - start;
      if (waited >= timeoutMs) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`not within ${Math.round(waited)} ms (${tries} tries): ${reason}`, { cause: error });
      }
      // The last try is when the time is over.
      await delay(everyMs ?? Math.ceil(Math.min(pause(waited), timeoutMs - waited)));
    }
  }
};
