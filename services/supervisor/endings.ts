/* What an ending says: to the machine, to the database, and to who watches the run. Pure. */
import { commanded } from '#shared/adapters/database/runs/cancel-columns.ts';
import type { SupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import type { Payload } from '#shared/domain/events/events.ts';
import { payloadOf } from '#shared/domain/events/payload.ts';
import type { MachineEvent } from '#shared/domain/run/context.ts';
import { type Loss, lossBy, type StaleReason } from '#shared/domain/run/stale-reason.ts';
import type { Decision } from './decide.ts';

/** What there is to do about a run that does not stay as it is. */
export type EndingDecision = Exclude<Decision, { kind: 'leave' | 'final' }>;

/** `queueTimeoutText`: the error of a run that no runner claimed in time; `verdict`: of one that is stale. */
export function endingEvent(
  { now, cancel }: SupervisedRun,
  ending: EndingDecision,
  queueTimeoutText: string,
  verdict: StaleReason | undefined,
): MachineEvent {
  const loss = lossBy(verdict);
  const at = now.getTime();
  if (ending.kind === 'expireQueued' || ending.kind === 'expireParked')
    return {
      type: 'EXPIRE',
      at,
      why: ending.kind === 'expireQueued' ? 'unclaimed' : 'unattended',
      error: queueTimeoutText,
    };
  if (ending.kind === 'cancelQueued') return { type: 'CANCEL', at, ...commanded(cancel!), via: 'supervisor' };
  return {
    type: 'STALE',
    at,
    source: cancel?.source ?? 'supervisor',
    ...(cancel?.reason !== undefined && { reason: cancel.reason }),
    ...(loss !== 'runner' && { loss }),
  };
}

/** Why the run counts as stale, and what was known then. */
export function staleReasonOf(
  run: SupervisedRun,
  why: StaleReason['why'],
  outage: StaleReason['outage'],
): StaleReason {
  return {
    why,
    owner: run.owner,
    epoch: run.epoch,
    lastHeartbeat: run.heartbeatAt?.toISOString() ?? null,
    browser: run.owner === null || run.browserClosed ? 'gone' : 'unknown',
    ...(outage && { outage }),
  };
}

/** The `run_end` of a run whose machine cannot be replayed. */
export function cancelledEnd({ owner, cancel }: SupervisedRun, loss: Loss): Payload<'run_end'> {
  return payloadOf<'run_end'>({
    status: 'fail',
    at: undefined, // no machine made it
    error: undefined,
    cancelled: true,
    source: cancel?.source ?? 'supervisor',
    staleAfterRestart: owner === null ? undefined : true,
    loss: loss === 'runner' ? undefined : loss,
    reason: cancel?.reason,
    waitedFor: undefined,
    results: undefined, // the statement that stores it adds them
  });
}
