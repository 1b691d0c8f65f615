/** Refused: as much waits as may. */
export class TooManyWaitingError extends Error {
  constructor() {
    super('too much is waiting for its turn');
  }
}

export interface Turns {
  /** Nothing is under way. */
  readonly idle: boolean;
  /** @throws TooManyWaitingError, or what the work throws */
  take<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Rejects what waits now; what is under way goes on. */
  refuseWaiting(reason: Error): void;
}

/**
 * Carries out at most `atOnce` pieces of work at a time; up to `mostWaiting` others wait for their turn, in the order
 * they came.
 */
export function createTurns(atOnce: number, mostWaiting = Number.POSITIVE_INFINITY): Turns {
  const waiting: PromiseWithResolvers<void>[] = [];
  let free = atOnce;

  return {
    get idle() {
      return free === atOnce;
    },
    async take(work) {
      if (free > 0) free -= 1;
      else if (waiting.length >= mostWaiting) throw new TooManyWaitingError();
      else {
        const turn = Promise.withResolvers<void>();
        waiting.push(turn);
        await turn.promise;
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next.resolve();
        else free += 1;
      }
    },
    refuseWaiting(reason) {
      for (const turn of waiting.splice(0)) turn.reject(reason);
    },
  };
}
