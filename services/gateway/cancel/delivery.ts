/*
 * The one way to deliver recorded cancels, for all of this gateway: a single cancel, a bulk job, runs that a newer
 * one supersedes, the runs of a deleted user. Owns the queue of those that wait for their turn, in memory only: they
 * are recorded, so that whatever is lost here is found by heartbeats and sweeps (I3).
 */
import type { RunToCancel } from '#shared/database/runs/record-cancel.ts';
import type { Log } from '#shared/process/log.ts';
import { runFields } from '#shared/process/run-fields.ts';
import type { DeliverCancel } from './deliver.ts';
import { createTurnQueue } from './turn-queue.ts';

export interface CancelDelivery extends AsyncDisposable {
  /** At once, for an answer that waits for it. */
  now: DeliverCancel;
  /** Beside the answers; runs with a live actor come first. One that is waiting already is told once, what was recorded last. */
  later(runs: RunToCancel[]): void;
}

/** Few enough to leave single cancels their turn with the database and the supervisors. */
const AT_ONCE = 8;

export function createCancelDelivery({ deliver, log }: { deliver: DeliverCancel; log: Log }): CancelDelivery {
  const queue = createTurnQueue();
  const workers = new Set<Promise<void>>();
  let working = 0;
  let closed = false;

  const work = async () => {
    for (let run = queue.next(); run; run = queue.next()) {
      await deliver(run).catch((error: unknown) =>
        log.warn({ err: error, ...runFields(run) }, 'a recorded cancel is left to heartbeats and sweeps'),
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
      queue.add(runs);
      while (working < AT_ONCE && queue.size > 0) startWorker();
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      queue.clear();
      await Promise.all(workers);
    },
  };
}
