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
  /** At once, for an answer that waits for it; and a few times more, if the owner does not answer. */
  now(run: RunToCancel, traceparent?: string | undefined): Promise<'cancelling' | 'stale'>;
  /** Beside the answers; runs with a live actor come first. One that is waiting already is told once, what was recorded last. */
  later(runs: RunToCancel[]): void;
}

/** Few enough to leave single cancels their turn with the database and the supervisors. */
const AT_ONCE = 8;

/**
 * After how long an owner that did not answer is asked again, ms. After a kill -9 on a busy machine NATS and PostgreSQL may
 * take longer than an answer may wait to notice it; without another try its run would end with its lease.
 */
const AGAIN_MS = [500, 1_000, 2_000];

/** Owns what is still to be tried. */
function createRepeats(deliver: DeliverCancel) {
  const timers = new Set<NodeJS.Timeout>();
  const working = new Set<Promise<unknown>>();
  let closed = false;

  const attempt = async (run: RunToCancel, traceparent: string | undefined, tries: number) => {
    const outcome = await deliver(run, traceparent);
    if (outcome !== 'unanswered') return outcome;
    const ms = AGAIN_MS[tries];
    if (!closed && ms !== undefined) again(ms, () => attempt(run, traceparent, tries + 1));
    return 'cancelling';
  };
  const again = (ms: number, work: () => Promise<unknown>) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const worker: Promise<unknown> = work().finally(() => working.delete(worker));
      working.add(worker);
    }, ms);
    timers.add(timer);
  };

  return {
    deliver: (run: RunToCancel, traceparent?: string | undefined) => attempt(run, traceparent, 0),
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(working);
    },
  };
}

export function createCancelDelivery({ deliver, log }: { deliver: DeliverCancel; log: Log }): CancelDelivery {
  const queue = createTurnQueue();
  const workers = new Set<Promise<void>>();
  const repeats = createRepeats(deliver);
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
    now: repeats.deliver,
    later(runs) {
      if (closed || runs.length === 0) return;
      queue.add(runs);
      while (working < AT_ONCE && queue.size > 0) startWorker();
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      queue.clear();
      await Promise.all([...workers, repeats.close()]);
    },
  };
}
