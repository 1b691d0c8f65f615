import type { SupervisedRun } from '#shared/database/runs/finalise.ts';
import { isFinal } from '#shared/run/status.ts';
import type { Verdict } from '#shared/run/verdict.ts';

/** What the supervisor does about a run: nothing, or end it in one of three ways. */
export type Judgement =
  | { kind: 'leave' }
  | { kind: 'final' }
  | { kind: 'cancelQueued' }
  | { kind: 'expireQueued' }
  | { kind: 'finaliseStale'; why: Verdict['why'] };

type Facts = Pick<
  SupervisedRun,
  'status' | 'owner' | 'leaseOver' | 'overdue' | 'sessionGone' | 'queueOver'
> & {
  cancel: unknown;
};

/**
 * Pure. `byCancel`: somebody cancels and the owner gave no answer, so that the end of its session counts; a missing
 * answer alone proves nothing.
 */
export function judge(run: Facts, byCancel: boolean): Judgement {
  if (isFinal(run.status)) return { kind: 'final' };
  if (run.owner === null) {
    if (run.cancel) return { kind: 'cancelQueued' };
    return run.queueOver ? { kind: 'expireQueued' } : { kind: 'leave' };
  }
  if (run.sessionGone && (run.leaseOver || (byCancel && run.cancel)))
    return { kind: 'finaliseStale', why: 'owner_gone' };
  if (run.leaseOver) return { kind: 'finaliseStale', why: 'lease_expired' };
  if (run.overdue) return { kind: 'finaliseStale', why: 'overdue' };
  return { kind: 'leave' };
}
