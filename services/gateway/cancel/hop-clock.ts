interface Hop {
  at: string;
  ms: number;
}

/** Turns times into hops. The clocks of runners may be off by a little: no hop comes before the one that led to it. */
export interface HopClock {
  /** Epoch ms. */
  reach(at: number): Hop;
  /** Time between the first time and the latest hop, ms. */
  readonly total: number;
}

/** Hops lie between these two, which are the database's. */
export function createHopClock(first: Date, last: Date): HopClock {
  const start = first.getTime();
  let latest = start;
  return {
    reach(at) {
      const before = latest;
      latest = Math.max(before, Math.min(at, last.getTime()));
      return { at: new Date(latest).toISOString(), ms: latest - before };
    },
    get total() {
      return latest - start;
    },
  };
}
