/*
 * The tries to deliver the cancels of runs. Owns the newest cancel of each run until it is answered or given up, and the
 * time of its next try. Keeps I13: however often a run is cancelled, only the newest cancel is tried again.
 */
import type { RunToCancel } from '#shared/adapters/database/runs/record-cancel.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import type { DeliverCancel } from './deliver.ts';

interface Attempts {
  /** Replaces an earlier cancel of the run, which is not tried again. */
  begin(run: RunToCancel, traceparent?: string | undefined): void;
  /** Tries once; nothing if a newer cancel of the run has replaced it, or has been answered. Never rejects. */
  carryOn(run: RunToCancel): Promise<'cancelling' | 'stale'>;
  /** Ends all further tries. */
  close(): void;
}

interface Attempt {
  run: RunToCancel;
  traceparent: string | undefined;
  further: number;
  timer?: NodeJS.Timeout;
}

/**
 * After how long an owner that did not answer is asked again, ms. After a kill -9 on a busy machine NATS and PostgreSQL may
 * take longer than an answer may wait to notice it; without another try its run would end with its lease.
 */
const AGAIN_MS = [500, 1_000, 2_000];

export function createAttempts({
  deliver,
  onDue,
  log,
}: {
  deliver: DeliverCancel;
  onDue(run: RunToCancel): void;
  log: Log;
}): Attempts {
  const newest = new Map<string, Attempt>();
  let closed = false;

  const repeat = (attempt: Attempt): boolean => {
    const ms = AGAIN_MS[attempt.further];
    if (closed || ms === undefined) return false;
    attempt.further += 1;
    attempt.timer = setTimeout(() => onDue(attempt.run), ms);
    return true;
  };

  const tried = (attempt: Attempt, isAnswered: boolean) => {
    const { runId } = attempt.run;
    if (newest.get(runId) !== attempt) return;
    if (isAnswered || !repeat(attempt)) newest.delete(runId);
  };

  return {
    begin(run, traceparent) {
      clearTimeout(newest.get(run.runId)?.timer);
      newest.set(run.runId, { run, traceparent, further: 0 });
    },
    async carryOn(run) {
      const attempt = newest.get(run.runId);
      if (attempt?.run !== run) return 'cancelling';
      const outcome = await deliver(run, attempt.traceparent).catch((error: unknown) => {
        log.warn({ err: error, ...runFields(run) }, 'a recorded cancel is left to heartbeats and sweeps');
        return 'cancelling' as const;
      });
      tried(attempt, outcome !== 'unanswered');
      return outcome === 'stale' ? 'stale' : 'cancelling';
    },
    close() {
      closed = true;
      for (const { timer } of newest.values()) clearTimeout(timer);
      newest.clear();
    },
  };
}
