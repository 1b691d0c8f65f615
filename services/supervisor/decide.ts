import type { SupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import { isRequeued } from '#shared/domain/run/runner-loss.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import { MAY_AWAIT_PERSON } from '#shared/domain/run/states.ts';
import { isFinal } from '#shared/domain/run/status.ts';

/** What the supervisor does about a run: leave it, end it in one of four ways, requeue it, park it, or let it go on. */
export type Decision =
  | { kind: 'leave' }
  | { kind: 'final' }
  | { kind: 'cancelQueued' }
  | { kind: 'expireQueued' }
  | { kind: 'expireParked' }
  | { kind: 'unpark' }
  | { kind: 'park'; why: StaleReason['why'] }
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
  | 'parkEnd'
  | 'isKept'
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
    if (run.parkEnd) return { kind: run.parkEnd };
    return run.queueOver ? { kind: 'expireQueued' } : { kind: 'leave' };
  }
  const why = whyStale(run, byCancel);
  if (why === undefined) return { kind: 'leave' };
  if (mayBeParked(run)) return { kind: 'park', why };
  return { kind: mayBeRequeued(run) ? 'requeue' : 'finaliseStale', why };
}

function whyStale(run: Facts, byCancel: boolean): StaleReason['why'] | undefined {
  if (run.sessionGone && (run.leaseOver || (byCancel && run.cancel))) return 'owner_gone';
  if (run.leaseOver) return 'lease_expired';
  return run.overdue ? 'overdue' : undefined;
}

/** It waits for a person, and can go on elsewhere. */
const mayBeParked = (run: Facts): boolean =>
  run.status === 'running' && !run.cancel && run.isKept && MAY_AWAIT_PERSON.includes(run.state);

const mayBeRequeued = (run: Facts): boolean => run.status === 'running' && !run.cancel && isRequeued(run);
