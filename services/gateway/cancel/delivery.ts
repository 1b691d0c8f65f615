/*
 * The one way to deliver recorded cancels: single ones, bulk jobs, superseded runs, runs of a deleted user. Owns the
 * queues, in memory only: what is lost here is found by heartbeats and sweeps (I3). Bounds what is delivered at once
 * (I13).
 */
import type { RunToCancel } from '#shared/adapters/database/runs/record-cancel.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { createAttempts } from './attempts.ts';
import type { DeliverCancel } from './deliver.ts';
import { createTurnQueue, type TurnQueue } from './turn-queue.ts';

export interface CancelDelivery extends AsyncDisposable {
  /** Delivers at once, for an answer that waits for it. Never rejects. */
  now(run: RunToCancel, traceparent?: string | undefined): Promise<'cancelling' | 'stale'>;
  /** Beside the answers; runs with a live actor come first. One that is waiting already gets one command, the one recorded last. */
  later(runs: RunToCancel[]): void;
}

/** Few enough to leave single cancels their turn with the database and the supervisors. */
const AT_ONCE = 8;

/** Further tries, each of which may take long, hold up no first one; nor the other way round. */
function inTurns(firstTries: TurnQueue, furtherTries: TurnQueue): TurnQueue['next'] {
  let isFurther = false;
  return () => {
    isFurther = !isFurther;
    return isFurther
      ? (furtherTries.next() ?? firstTries.next())
      : (firstTries.next() ?? furtherTries.next());
  };
}

export function createCancelDelivery(deps: { deliver: DeliverCancel; log: Log }): CancelDelivery {
  const firstTries = createTurnQueue();
  const furtherTries = createTurnQueue();
  const attempts = createAttempts({ ...deps, onDue: (run) => enqueue(furtherTries, [run]) });
  const next = inTurns(firstTries, furtherTries);
  const workers = new Set<Promise<void>>();
  let working = 0;
  let closed = false;

  const enqueue = (queue: TurnQueue, runs: RunToCancel[]) => {
    queue.add(runs);
    while (working < AT_ONCE && firstTries.size + furtherTries.size > 0) startWorker();
  };

  const work = async () => {
    for (let run = next(); run; run = next()) await attempts.carryOn(run);
    // Counted in the same turn as its last look: what comes later finds one worker fewer.
    working -= 1;
  };

  const startWorker = () => {
    working += 1;
    const worker: Promise<void> = work().finally(() => workers.delete(worker));
    workers.add(worker);
  };

  return {
    now(run, traceparent) {
      attempts.begin(run, traceparent);
      return attempts.carryOn(run);
    },
    later(runs) {
      if (closed || runs.length === 0) return;
      for (const run of runs) attempts.begin(run);
      enqueue(firstTries, runs);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      firstTries.clear();
      furtherTries.clear();
      attempts.close();
      await Promise.all(workers);
    },
  };
}
