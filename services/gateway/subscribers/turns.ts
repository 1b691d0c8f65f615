import { createTurns, type Turns } from '#shared/async/turns.ts';

/** Queues work per name: one name never waits for another. */
export type TurnsByName = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * At most `atOnce` tasks of a name run at a time; up to `waiting` more are queued, in order (I13). Rejects with
 * `TooManyWaitingError`.
 */
export function createTurnsByName({ atOnce, waiting }: { atOnce: number; waiting: number }): TurnsByName {
  const all = new Map<string, Turns>();

  return async (name, work) => {
    const turns = all.get(name) ?? createTurns(atOnce, waiting);
    all.set(name, turns);
    try {
      return await turns.take(work);
    } finally {
      if (turns.idle && all.get(name) === turns) all.delete(name);
    }
  };
}
