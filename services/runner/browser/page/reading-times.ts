/*
 * When a whole page is read out again: ever less often, less still if it is large, and once at the end, since its size
 * counts in `messages/message-budget.ts`. Owns the time of the next reading. Times are monotonic, ms.
 */

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** So many are read in the long run; each may be some bytes. */
const LETTERS_A_MS = 2_000;

export function createReadingTimes(end: number) {
  let pause = FIRST_PAUSE_MS;
  let next = Number.NEGATIVE_INFINITY;
  return {
    isDue: (now: number) => now >= next,
    done(begun: number, now: number, size: number): void {
      // The last reading may take somewhat longer than this one.
      const last = end - 2 * (now - begun) - FIRST_PAUSE_MS;
      next = Math.min(now + Math.max(pause, size / LETTERS_A_MS), last);
      if (next <= now) next = Number.POSITIVE_INFINITY;
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    },
  };
}
