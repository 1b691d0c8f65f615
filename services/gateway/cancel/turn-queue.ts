import type { RunToCancel } from '#shared/adapters/database/runs/record-cancel.ts';

/** Runs that wait for the delivery of their cancel: requests take turns, so that a large one does not hold up another's (I13). */
export interface TurnQueue {
  readonly size: number;
  /** Those with a live actor come first; of one that is waiting already only the new command counts. */
  add(runs: readonly RunToCancel[]): void;
  next(): RunToCancel | undefined;
  clear(): void;
}

export function createTurnQueue(): TurnQueue {
  const waiting = new Map<string, RunToCancel>();
  /** What is left of each request, in the order of their turns. */
  const requests: Iterator<RunToCancel>[] = [];

  return {
    get size() {
      return waiting.size;
    },
    add(runs) {
      const isQueued = ({ owner }: RunToCancel) => Number(owner === null);
      requests.push(runs.toSorted((a, b) => isQueued(a) - isQueued(b)).values());
      for (const run of runs) waiting.set(run.runId, run);
    },
    next() {
      for (let request = requests.shift(); request; request = requests.shift()) {
        const { done, value } = request.next();
        if (done) continue;
        requests.push(request);
        const run = waiting.get(value.runId);
        if (run && waiting.delete(run.runId)) return run;
      }
      return undefined;
    },
    clear() {
      waiting.clear();
      requests.length = 0;
    },
  };
}
