/*
 * The one way to deliver recorded cancels, for all of this gateway: a single cancel, a bulk job, runs that a newer
 * one supersedes, the runs of a deleted user. Owns the queue of those that wait for their turn, in memory only: they
 * are recorded, so that whatever is lost here is found by heartbeats and sweeps (I3). Requests take turns, so that a
 * large one does not hold up another's (I13).
 */
import type { RunToCancel } from '#shared/database/runs/record-cancel.ts';
import type { Log } from '#shared/process/log.ts';
import type { DeliverCancel } from './deliver.ts';

export interface CancelDelivery extends AsyncDisposable {
  /** At once, for an answer that waits for it. */
  now: DeliverCancel;
  /** Beside the answers; runs with a live actor come first. One that is waiting already is told once, what was recorded last. */
  later(runs: RunToCancel[]): void;
}

/** Few enough to leave single cancels their turn with the database and the supervisors. */
const AT_ONCE = 8;

export function createCancelDelivery({ deliver, log }: { deliver: DeliverCancel; log: Log }): CancelDelivery {
  const waiting = new Map<string, RunToCancel>();
  /** What is left of each request, in the order of their turns. */
  const requests: Iterator<RunToCancel>[] = [];
  const workers = new Set<Promise<void>>();
  let working = 0;
  let closed = false;

  const next = (): RunToCancel | undefined => {
    for (let request = requests.shift(); request; request = requests.shift()) {
      const { done, value } = request.next();
      if (done) continue;
      requests.push(request);
      const run = waiting.get(value.runId);
      if (run && waiting.delete(run.runId)) return run;
    }
    return undefined;
  };

  const work = async () => {
    for (let run = next(); run; run = next()) {
      const { runId } = run;
      await deliver(run).catch((error: unknown) =>
        log.warn({ err: error, runId }, 'a recorded cancel is left to heartbeats and sweeps'),
      );
    }
    // In the same turn as its last look, so that whatever comes after that finds one worker fewer.
    working -= 1;
  };

  const startWorker = () => {
    working += 1;
    const worker: Promise<void> = work().finally(() => workers.delete(worker));
    workers.add(worker);
  };

  return {
    now: deliver,
    later(runs) {
      if (closed || runs.length === 0) return;
      const isQueued = ({ owner }: RunToCancel) => Number(owner === null);
      requests.push(runs.toSorted((a, b) => isQueued(a) - isQueued(b)).values());
      for (const run of runs) waiting.set(run.runId, run);
      while (working < AT_ONCE && waiting.size > 0) startWorker();
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      waiting.clear();
      requests.length = 0;
      await Promise.all(workers);
    },
  };
}
