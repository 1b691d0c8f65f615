/*
 * Brings the cancels of a bulk job to their owners, after it was answered. Owns the queue of those that wait for their
 * turn, in memory only: they are recorded, so that whatever is lost here is found by heartbeats and sweeps (I3).
 */
import type { RecordedRun } from '#shared/database/cancel-jobs/accept.ts';
import type { CancelRecorded } from '#shared/database/runs/record-cancel.ts';
import type { Log } from '#shared/process/log.ts';
import type { DeliverCancel } from './deliver.ts';

export interface BulkDelivery extends AsyncDisposable {
  /** Runs with a live actor come first. One that is waiting already keeps its place. */
  start(runs: RecordedRun[]): void;
}

/** Few enough to leave single cancels their turn with the database and the supervisors. */
const AT_ONCE = 8;

export function createBulkDelivery({ deliver, log }: { deliver: DeliverCancel; log: Log }): BulkDelivery {
  const waiting = new Map<string, CancelRecorded>();
  const workers = new Set<Promise<void>>();
  let closed = false;

  async function work(): Promise<void> {
    for (const [runId, recorded] of waiting) {
      waiting.delete(runId);
      await deliver(runId, recorded).catch((error: unknown) =>
        log.warn({ err: error, runId }, 'a recorded cancel is left to heartbeats and sweeps'),
      );
    }
  }

  return {
    start(runs) {
      if (closed) return;
      const isQueued = ({ owner }: RecordedRun) => Number(owner === null);
      for (const { runId, ...recorded } of runs.toSorted((a, b) => isQueued(a) - isQueued(b)))
        waiting.set(runId, recorded);
      while (workers.size < AT_ONCE && waiting.size > 0) {
        const worker: Promise<void> = work().finally(() => workers.delete(worker));
        workers.add(worker);
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      waiting.clear();
      await Promise.all(workers);
    },
  };
}
