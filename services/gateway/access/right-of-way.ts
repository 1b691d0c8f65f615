/*
 * The right of way of cancels (I13, I14): while one is in progress, no request begins that has waited for its turn.
 * Each right is short, and all together take a bounded share of the time. Owns a timer for each.
 */

/** Longer than a cancel takes beside a flood, ms. */
const LONGEST_MS = 25;
/** The part of the time that all rights together may take. */
const SHARE = 0.3;
/** How much unused time is kept for several cancels in a row, ms. */
const SAVED_MS = 100;

export interface RightOfWay {
  /** Takes the right of way for a moment, or until the function that it returns is called. */
  take(): () => void;
  /** Resolves when no request has it. */
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
