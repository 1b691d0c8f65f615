import { settlesWithin } from '#shared/platform/async/settles-within.ts';

/** How long open calls may take to be answered when the process is asked to stop, ms. */
export const ANSWER_MS = 4_000;

/** The calls that are under way, of all sessions: a process that stops waits until they are answered, or undone. */
export interface Calls {
  track<T>(call: Promise<T>): Promise<T>;
  /** Resolves when none is under way any more, or after `ms`; to whether all have ended. */
  settled(ms: number): Promise<boolean>;
}

export function createCalls(): Calls {
  const open = new Set<Promise<unknown>>();
  return {
    track(call) {
      const over = call.then(
        () => void open.delete(over),
        () => void open.delete(over),
      );
      open.add(over);
      return call;
    },
    settled: (ms) => settlesWithin(Promise.all(open), ms),
  };
}
