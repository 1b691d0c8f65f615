/*
 * The right of way of cancels (I13, I14): while one is carried out, nothing that has waited for its turn begins, since each
 * step of the cancel would wait for a turn of the event loop in which the others are worked on. Each for a moment only, and
 * all together for a part of the time, so that nobody is slowed down much by whoever cancels without end. Owns a timer for
 * each cancel that has it.
 */

/** Longer than a cancel takes beside a flood, ms. */
const LONGEST_MS = 25;
/** This part of the time at most. */
const SHARE = 0.3;
/** What was not used of it, for cancels in a row, ms. */
const SAVED_MS = 100;

export interface RightOfWay {
  /** For a moment, or until what it returns is called. */
  take(): () => void;
  /** Resolves when nobody has it. */
  give(): Promise<void>;
}

export function createRightOfWay(longestMs = LONGEST_MS, now = () => performance.now()): RightOfWay {
  let having = 0;
  let over = Promise.withResolvers<void>();
  let left = SAVED_MS;
  let countedAt = now();

  function count(): void {
    const ms = now() - countedAt;
    countedAt += ms;
    left = Math.min(SAVED_MS, left + SHARE * ms - (having > 0 ? ms : 0));
  }

  return {
    take() {
      count();
      if (left <= 0) return () => undefined;
      having += 1;
      let ended = false;
      const end = () => {
        if (ended) return;
        ended = true;
        clearTimeout(lapses);
        count();
        having -= 1;
        if (having > 0) return;
        over.resolve();
        over = Promise.withResolvers();
      };
      const lapses = setTimeout(end, longestMs);
      return end;
    },
    async give() {
      if (having > 0) await over.promise;
    },
  };
}
