/*
 * Ends runs that have no live actor: loads a run, judges it, replays its machine by the pure transition and commits.
 * Starts no effect and no browser, ever. The guards stand in the statements themselves (I1, I2, I3): what moved on
 * since it was loaded is loaded again.
 */
import {
  cancelQueued,
  expireQueued,
  finaliseStale,
  finaliseUnreadable,
  readSupervisedRun,
  type StaleRules,
  type SupervisedRun,
  type UnreadableEnd,
} from '#shared/database/runs/finalise.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { RunEvent } from '#shared/run/context.ts';
import { eventsBetween, type StepDescriber } from '#shared/run/events.ts';
import { replay, restore, stateOf, statusOf, UnreadableSnapshotError } from '#shared/run/snapshot.ts';
import { isFinal } from '#shared/run/status.ts';
import type { Verdict } from '#shared/run/verdict.ts';
import { type Judgement, judge } from './judge.ts';

export type Finalised = { outcome: 'finalised' | 'left'; stale: boolean };
type Ending = Exclude<Judgement, { kind: 'leave' | 'final' }>;

const TRIES = 5;
/** A replay ends a run; it never starts or ends a step. */
const NO_STEPS: StepDescriber = { step: () => ({}), evidence: () => ({}) };

export function createFinaliser(deps: { sql: Sql; overdueMs: number; queueTimeoutText: string }) {
  const { sql } = deps;

  return async function finalise(runId: string, byCancel: boolean): Promise<Finalised> {
    const rules: StaleRules = { overdueMs: deps.overdueMs, byCancel };
    for (let tries = 0; tries < TRIES; tries++) {
      const run = await readSupervisedRun(sql, runId, rules);
      if (!run) return { outcome: 'left', stale: false };
      const judgement = judge(run, byCancel);
      if (judgement.kind === 'leave') return { outcome: 'left', stale: false };
      if (judgement.kind === 'final') return { outcome: 'finalised', stale: run.stale };
      if (await end(run, judgement, rules))
        return { outcome: 'finalised', stale: judgement.kind === 'finaliseStale' };
    }
    return { outcome: 'left', stale: false };
  };

  async function end(run: SupervisedRun, ending: Ending, rules: StaleRules): Promise<boolean> {
    try {
      const ended = replayEnd(run.snapshot, endingEvent(run, ending));
      const transition = { runId: run.id, epoch: run.epoch, lastSeq: run.lastSeq, ...ended };
      if (ending.kind === 'cancelQueued') return (await cancelQueued(sql, transition)) !== undefined;
      if (ending.kind === 'expireQueued') return (await expireQueued(sql, transition)) !== undefined;
      const verdict = verdictOf(run, ending.why);
      return (await finaliseStale(sql, { ...transition, verdict }, rules, run.cancel)) !== undefined;
    } catch (error) {
      if (!(error instanceof UnreadableSnapshotError)) throw error;
      return endUnreadable(run, ending, rules, error.message);
    }
  }

  function endingEvent({ now, cancel }: SupervisedRun, ending: Ending): RunEvent {
    const at = now.getTime();
    if (ending.kind === 'expireQueued') return { type: 'EXPIRE', at, error: deps.queueTimeoutText };
    if (ending.kind === 'cancelQueued') return { type: 'CANCEL', at, ...cancel! };
    return {
      type: 'STALE',
      at,
      source: cancel?.source ?? 'supervisor',
      ...(cancel?.reason !== undefined && { reason: cancel.reason }),
    };
  }

  async function endUnreadable(
    run: SupervisedRun,
    ending: Ending,
    rules: StaleRules,
    detail: string,
  ): Promise<boolean> {
    const error = `the stored machine of this run could not be read: ${detail}`;
    const cancelled = ending.kind !== 'expireQueued';
    const payload = cancelled ? cancelledEnd(run) : { status: 'fail' as const, error };
    const verdict = { ...verdictOf(run, 'unreadable'), detail };
    const stored = await finaliseUnreadable(sql, run, rules, { payload, verdict, error, cancelled });
    return stored !== undefined;
  }
}

/** The `run_end` of a run whose machine cannot say it. */
function cancelledEnd({ owner, cancel }: SupervisedRun): UnreadableEnd['payload'] {
  return {
    status: 'fail',
    cancelled: true,
    source: cancel?.source ?? 'supervisor',
    ...(owner !== null && { staleAfterRestart: true }),
    ...(cancel?.reason !== undefined && { reason: cancel.reason }),
  };
}

/** Whatever keeps a stored machine from its end makes it unreadable: such a run must not stay for ever (I5). */
function replayEnd(stored: unknown, event: RunEvent) {
  const before = restore(stored);
  try {
    const snapshot = replay(before, event);
    if (!isFinal(statusOf(snapshot))) throw new Error(`${event.type} leads to ${stateOf(snapshot)} only`);
    return { snapshot, events: eventsBetween(before, snapshot, NO_STEPS) };
  } catch (cause) {
    throw new UnreadableSnapshotError(`not replayable: ${String(cause)}`, { cause });
  }
}

function verdictOf(run: SupervisedRun, why: Verdict['why']): Verdict {
  return {
    why,
    owner: run.owner,
    epoch: run.epoch,
    lastHeartbeat: run.heartbeatAt?.toISOString() ?? null,
    browser: run.owner === null || run.sessionGone ? 'gone' : 'unknown',
  };
}
