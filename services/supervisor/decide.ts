import type { SupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import { isRequeued } from '#shared/domain/run/runner-loss.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import { isFinal } from '#shared/domain/run/status.ts';

/** What the supervisor does about a run: leave it, end it in one of three ways, or requeue it. */
export type Decision =
  | { kind: 'leave' }
  | { kind: 'final' }
  | { kind: 'cancelQueued' }
  | { kind: 'expireQueued' }
  | { kind: 'requeue'; why: StaleReason['why'] }
  | { kind: 'finaliseStale'; why: StaleReason['why'] };

type Facts = Pick<
  SupervisedRun,
  | 'status'
  | 'state'
  | 'owner'
  | 'leaseOver'
  | 'overdue'
  | 'sessionGone'
  | 'queueOver'
  | 'returned'
  | 'onRunnerLoss'
  | 'attempt'
> & {
  cancel: unknown;
};

/**
 * Pure. `byCancel`: a cancel was requested and the owner did not answer, so the end of its session counts as proof; a
 * missing answer alone proves nothing.
 */
export function decide(run: Facts, byCancel: boolean): Decision {
  if (isFinal(run.status)) return { kind: 'final' };
  if (run.owner === null) {
    if (run.cancel) return { kind: 'cancelQueued' };
    return run.queueOver ? { kind: 'expireQueued' } : { kind: 'leave' };
  }
  const why = whyStale(run, byCancel);
  if (why === undefined) return { kind: 'leave' };
  return { kind: mayBeRequeued(run) ? 'requeue' : 'finaliseStale', why };
}

function whyStale(run: Facts, byCancel: boolean): StaleReason['why'] | undefined {
  if (run.sessionGone && (run.leaseOver || (byCancel && run.cancel))) return 'owner_gone';
  if (run.leaseOver) return 'lease_expired';
  return run.overdue ? 'overdue' : undefined;
}

const mayBeRequeued = (run: Facts): boolean => run.status === 'running' && !run.cancel && isRequeued(run);
