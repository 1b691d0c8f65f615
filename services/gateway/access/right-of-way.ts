/*
 * The right of way of cancels (I13, I14): while one is carried out, nothing that has waited for its turn begins, since each
 * step of the cancel would wait for a turn of the event loop in which the others are worked on. Not for long, so that whoever
 * cancels without end only slows others down. Owns a timer while something waits.
 */
import { setTimeout as after } from 'node:timers/promises';

/** About as long as a cancel takes on a calm machine, ms. */
const LONGEST_MS = 10;

export interface RightOfWay {
  /** Until what it returns is called. */
  take(): () => void;
  /** Resolves when nobody has it, or after some time. */
  give(): Promise<void>;
}

export function createRightOfWay(longestMs = LONGEST_MS): RightOfWay {
  let having = 0;
  let over = Promise.withResolvers<void>();

  return {
    take() {
      having += 1;
      return () => {
        having -= 1;
        if (having > 0) return;
        over.resolve();
        over = Promise.withResolvers();
      };
    },
    async give() {
      if (having === 0) return;
      const waited = new AbortController();
      const tooLong = after(longestMs, undefined, { signal: waited.signal }).catch(() => undefined);
      await Promise.race([over.promise, tooLong]);
      waited.abort();
    },
  };
}
