import { createTurns, type Turns } from '#shared/platform/async/turns.ts';

/** Queues work per name: one name never waits for another. */
export interface TurnsByName {
  /** @throws TooManyWaitingError, or what the work throws */
  take<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Rejects what waits now; what is under way goes on. */
  refuseWaiting(reason: Error): void;
}

/** At most `atOnce` tasks of a name run at a time; up to `waiting` more are queued, in order (I13). */
export function createTurnsByName({ atOnce, waiting }: { atOnce: number; waiting: number }): TurnsByName {
  const all = new Map<string, Turns>();

  return {
    async take(name, work) {
      const turns = all.get(name) ?? createTurns(atOnce, waiting);
      all.set(name, turns);
      try {
        return await turns.take(work);
      } finally {
        if (turns.idle && all.get(name) === turns) all.delete(name);
      }
    },
    refuseWaiting(reason) {
      for (const turns of all.values()) turns.refuseWaiting(reason);
    },
  };
}
