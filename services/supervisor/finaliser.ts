/*
 * Ends or requeues runs that have no live actor: loads a run, decides, replays its machine by pure transitions and
 * commits. Never starts an effect or a browser. The guards are in the statements themselves (I1, I2, I3): a run that
 * changed since it was loaded is loaded again.
 */
import { readBegunStep } from '#shared/database/runs/begun-step.ts';
import {
  cancelQueued,
  expireQueued,
  finaliseStale,
  finaliseUnreadable,
  readSupervisedRun,
  requeueStale,
  type StaleRules,
  type SupervisedRun,
} from '#shared/database/runs/finalise.ts';
import type { StepRow, Transition } from '#shared/database/runs/transition.ts';
import type { Sql } from '#shared/database/sql.ts';
import { eventsBetween, type StepDescriber } from '#shared/events/between.ts';
import type { NewEvent, Payload } from '#shared/events/events.ts';
import type { MachineEvent, RunContext } from '#shared/run/context.ts';
import {
  type RunSnapshot,
  replay,
  restore,
  stateOf,
  statusOf,
  UnreadableSnapshotError,
} from '#shared/run/snapshot.ts';
import type { StaleReason } from '#shared/run/stale-reason.ts';
import { isFinal, type StepPhase } from '#shared/run/status.ts';
import { type Decision, decide } from './decide.ts';

/** `requeued`: it starts again. `left`: it has, or may have, a live actor. */
export interface Finalised {
  outcome: 'finalised' | 'requeued' | 'left';
  stale: boolean;
}
type Ending = Exclude<Decision, { kind: 'leave' | 'final' }>;

interface Ended {
  snapshot: RunSnapshot;
  events: NewEvent[];
}

const TRIES = 5;
/** A replay knows no steps; the one that it cuts off is looked up (`withCutSteps`). */
const NO_STEPS: StepDescriber = { step: () => ({}), evidence: () => ({}) };

export function createFinaliser(deps: { sql: Sql; overdueMs: number; queueTimeoutText: string }) {
  const { sql } = deps;

  /** `loaded`: the run, if the caller has just read it with others. */
  return async function finalise(
    runId: string,
    byCancel: boolean,
    loaded?: SupervisedRun,
  ): Promise<Finalised> {
    const rules: StaleRules = { overdueMs: deps.overdueMs, byCancel };
    for (let tries = 0; tries < TRIES; tries++) {
      const run = (tries === 0 && loaded) || (await readSupervisedRun(sql, runId, rules));
      if (!run) return { outcome: 'left', stale: false };
      const decision = decide(run, byCancel);
      if (decision.kind === 'leave') return { outcome: 'left', stale: false };
      if (decision.kind === 'final') return { outcome: 'finalised', stale: run.stale };
      const done = await end(run, decision, rules);
      if (done) return done;
    }
    return { outcome: 'left', stale: false };
  };

  /** Undefined: refused, because the run has changed. */
  async function end(run: SupervisedRun, ending: Ending, rules: StaleRules): Promise<Finalised | undefined> {
    const isStale = ending.kind === 'finaliseStale' || ending.kind === 'requeue';
    const finalised = { outcome: 'finalised', stale: isStale } as const;
    try {
      if (ending.kind === 'requeue') return await startAgain(run, ending.why, rules);
      const ended = await withCutSteps(run.id, replayEnd(run.snapshot, endingEvent(run, ending)));
      const transition = { runId: run.id, epoch: run.epoch, lastSeq: run.lastSeq, ...ended };
      return (await store(run, ending, transition, rules)) && finalised;
    } catch (error) {
      if (!(error instanceof UnreadableSnapshotError)) throw error;
      return (await endUnreadable(run, ending, rules, error.message)) ? finalised : undefined;
    }
  }

  /** A step that had begun when its runner was lost gets the outcome that the machine gave it (I9). */
  async function withCutSteps(runId: string, ended: Ended): Promise<Ended & { steps: StepRow[] }> {
    const steps: StepRow[] = [];
    const events: NewEvent[] = [];
    for (const event of ended.events) {
      const cut = isFailure(event) ? cutBy(event, ended.snapshot.context) : undefined;
      if (!isFailure(event) || !cut) {
        events.push(event);
        continue;
      }
      const step = await readBegunStep(sql, runId, cut.phase);
      events.push({ ...event, payload: { ...event.payload, step } });
      steps.push({ action: step.action ?? 'unknown', ...cut });
    }
    return { ...ended, events, steps };
  }

  function store(run: SupervisedRun, ending: Ending, transition: Transition, rules: StaleRules) {
    if (ending.kind === 'cancelQueued') return cancelQueued(sql, transition);
    if (ending.kind === 'expireQueued') return expireQueued(sql, transition);
    const verdict = staleReasonOf(run, ending.why);
    return finaliseStale(sql, { ...transition, verdict }, rules, run.cancel);
  }

  /** The event names the owner that lost the run. */
  async function startAgain(
    run: SupervisedRun,
    why: StaleReason['why'],
    rules: StaleRules,
  ): Promise<Finalised | undefined> {
    const { snapshot, events } = replayed(run.snapshot, { type: 'REQUEUE', at: run.now.getTime() });
    const withReason = events.map((event) =>
      event.type === 'requeued'
        ? { ...event, payload: { ...event.payload, verdict: staleReasonOf(run, why) } }
        : event,
    );
    const transition = {
      runId: run.id,
      epoch: run.epoch,
      lastSeq: run.lastSeq,
      snapshot,
      events: withReason,
    };
    return (await requeueStale(sql, transition, rules)) && { outcome: 'requeued', stale: false };
  }

  function endingEvent({ now, cancel }: SupervisedRun, ending: Ending): MachineEvent {
    const at = now.getTime();
    if (ending.kind === 'expireQueued') return { type: 'EXPIRE', at, error: deps.queueTimeoutText };
    if (ending.kind === 'cancelQueued') return { type: 'CANCEL', at, ...cancel!, via: 'supervisor' };
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
    const payload = cancelled ? cancelledEnd(run) : ({ status: 'fail', error } as const);
    const verdict = { ...staleReasonOf(run, 'unreadable'), detail };
    const stored = await finaliseUnreadable(sql, run, rules, { payload, verdict, error, cancelled });
    return stored !== undefined;
  }
}

type Failure = Extract<NewEvent, { type: 'step_failure' | 'cleanup_failure' }>;
const isFailure = (event: NewEvent): event is Failure =>
  event.type === 'step_failure' || event.type === 'cleanup_failure';

/** The outcome that this event tells of a step that was cut off. */
function cutBy(
  { type }: Failure,
  context: RunContext,
): (Omit<StepRow, 'action'> & { phase: StepPhase }) | undefined {
  const flow = type === 'step_failure' && context.lastStep;
  const onCancel = type === 'cleanup_failure' && context.lastCleanup;
  const last = flow || onCancel;
  if (!last) return undefined;
  const { interrupted: _, ...result } = last;
  return { phase: flow ? 'flow' : 'onCancel', ...result };
}

/** The `run_end` of a run whose machine cannot be replayed. */
function cancelledEnd({ owner, cancel }: SupervisedRun): Payload<'run_end'> {
  return {
    status: 'fail',
    cancelled: true,
    source: cancel?.source ?? 'supervisor',
    ...(owner !== null && { staleAfterRestart: true }),
    ...(cancel?.reason !== undefined && { reason: cancel.reason }),
  };
}

/**
 * A stored machine that cannot be replayed to its end counts as unreadable: such a run must not stay open for ever
 * (I5).
 */
function replayEnd(stored: unknown, event: MachineEvent): Ended {
  const ended = replayed(stored, event);
  if (!isFinal(statusOf(ended.snapshot)))
    throw new UnreadableSnapshotError(
      `not replayable: ${event.type} leads to ${stateOf(ended.snapshot)} only`,
    );
  return ended;
}

function replayed(stored: unknown, event: MachineEvent): Ended {
  const before = restore(stored);
  try {
    const snapshot = replay(before, event);
    return { snapshot, events: eventsBetween(before, snapshot, NO_STEPS) };
  } catch (cause) {
    throw new UnreadableSnapshotError(`not replayable: ${String(cause)}`, { cause });
  }
}

function staleReasonOf(run: SupervisedRun, why: StaleReason['why']): StaleReason {
  return {
    why,
    owner: run.owner,
    epoch: run.epoch,
    lastHeartbeat: run.heartbeatAt?.toISOString() ?? null,
    browser: run.owner === null || run.browserClosed ? 'gone' : 'unknown',
  };
}
