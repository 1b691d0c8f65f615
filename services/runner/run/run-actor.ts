/*
 * One run's live actor: the machine with its effects, and the transition writer that stores what it does. Owns the
 * browser hold, the transition writer and the publisher of one run under one epoch. Keeps I2 (fenced: it stops its
 * browser), I3 (a recorded cancel overrules an outcome) and I8 (its context is gone before the final commit, or at
 * once when fenced).
 */
import { createActor } from 'xstate';
import type { Bus } from '#shared/bus/bus.ts';
import type { RecordedCancel } from '#shared/database/runs/cancel-columns.ts';
import type { ClaimedRun } from '#shared/database/runs/claim.ts';
import { storeByOwner } from '#shared/database/runs/commit.ts';
import { failBroken } from '#shared/database/runs/fail-broken.ts';
import { recordLateResult } from '#shared/database/runs/late-result.ts';
import { markPublished, unpublishedEntries } from '#shared/database/runs/publishing.ts';
import type { StepRow, Stored } from '#shared/database/runs/transition.ts';
import type { Sql } from '#shared/database/sql.ts';
import { eventsBetween } from '#shared/events/between.ts';
import { entriesOfCommit, RANK, type Watermark } from '#shared/events/stream.ts';
import type { Step } from '#shared/flow/step.ts';
import type { Log } from '#shared/process/log.ts';
import type { CancelVia, MachineEvent, StepResult } from '#shared/run/context.ts';
import {
  isQueued,
  type RunSnapshot,
  replay,
  restore,
  stateOf,
  statusOf,
  store,
} from '#shared/run/snapshot.ts';
import { meaningOf } from '#shared/run/states.ts';
import { isFinal, type StepPhase } from '#shared/run/status.ts';
import type { RunBrowser } from '../browser/run-browser.ts';
import { holdBrowser } from './browser-hold.ts';
import { closeOrKill } from './close-or-kill.ts';
import { type DescribedSteps, describerOf, describeSteps } from './describe-steps.ts';
import { provideEffects } from './effects.ts';
import { createEntryPublisher } from './entry-publisher.ts';
import { settleInFlight } from './settle-in-flight.ts';
import { readStoredFlow } from './stored-flow.ts';
import { createTransitionWriter, type TransitionEntry } from './transition-writer.ts';

export interface RunActorDeps {
  sql: Sql;
  bus: Bus;
  log: Log;
  owner: string;
  openBrowser(run: ClaimedRun): Promise<RunBrowser>;
  /** Whether the lease of this actor is good for another effect. */
  leaseHolds(actor: RunActor): boolean;
  /** The lease is given up: it must not be renewed while the browser is being stopped. */
  releaseLease(actor: RunActor): void;
  closeMs: number;
  /** The database's time, epoch ms, on this machine's monotonic clock. */
  now(): number;
}

export interface RunActor {
  readonly runId: string;
  readonly epoch: number;
  readonly state: string;
  /** No browser started for it, and it is back in the queue. */
  readonly returned: boolean;
  /** It had to give the run up: somebody else has it, or will. */
  readonly lost: boolean;
  /** The machine takes the cancel; a repeat only hardens it. `via`: how it was heard of. */
  cancel(cancel: RecordedCancel, via: CancelVia): void;
  /** This owner may no longer write: stop the browser, keep what was not stored as a late result. */
  fence(why: string): Promise<void>;
  /** Resolves when the run is final, back in the queue or was fenced, and its browser is closed. */
  ended: Promise<void>;
  /** Publishes its last entries for at most `ms`; the relay has the rest. */
  finishPublishing(ms: number): Promise<void>;
}

/** It waits until the step before is stored. */
const isAtCheckpoint = (snapshot: RunSnapshot): boolean => meaningOf(stateOf(snapshot)).waitsFor === 'commit';
/** A step of the flow is under way, and nobody stops it. */
const isActing = (snapshot: RunSnapshot): boolean => meaningOf(stateOf(snapshot)).waitsFor === 'step';

/** Throws `UnreadableSnapshotError` if the run's machine cannot be restored, `UnreadableFlowError` if it has no flow. */
export function startRunActor(deps: RunActorDeps, claimed: ClaimedRun): RunActor {
  const run = { ...claimed, plan: readStoredFlow(claimed.plan) };
  const { sql, owner, now } = deps;
  const log = deps.log.child({ runId: run.id, epoch: run.epoch });
  const address = { userId: run.userId, projectId: run.projectId, runId: run.id };
  /** How they look in events; known before the first of them begins. */
  let described: DescribedSteps | undefined;
  const hold = holdBrowser({
    openBrowser: async () => {
      described ??= await describeSteps(run.plan);
      return deps.openBrowser(run);
    },
    isAtomic: (index) => run.plan.steps[index]?.atomic === true,
    now,
  });
  const describe = describerOf(hold, () => described);
  const ending = Promise.withResolvers<void>();
  let over = false;
  let forced = false;
  let lost = false;
  /** What was not stored when the run was lost, and what came after. */
  const late: TransitionEntry[] = [];
  let known: RunSnapshot = restore(run.snapshot);

  const self: RunActor = {
    runId: run.id,
    epoch: run.epoch,
    get state() {
      return stateOf(known);
    },
    get returned() {
      return over && isQueued(known);
    },
    get lost() {
      return lost;
    },
    cancel,
    fence,
    ended: ending.promise,
    async finishPublishing(ms) {
      await publisher.settled(ms);
      publisher.stop();
    },
  };
  const publisher = createEntryPublisher({
    bus: deps.bus,
    run: address,
    // Before a requeue another owner wrote events that may not be published yet.
    backlog: run.lastSeq > 0 ? () => unpublishedEntries(sql, run) : undefined,
    // JetStream would know a repeat only for two minutes.
    pushedRank: run.lastSeq > 0 ? RANK.running : run.publishedRank,
    onPublished: (mark) => void rememberPublished(mark),
  });
  if (run.lastSeq === 0)
    publisher.push([{ kind: 'status', status: 'running', at: run.createdAt.toISOString() }]);

  const writer = createTransitionWriter({
    sql,
    runId: run.id,
    owner,
    epoch: run.epoch,
    lastSeq: run.lastSeq,
    snapshot: known,
    commit: (sql, owner, transition) => storeByOwner(sql, owner, transition, publisher.mark),
    onStored,
    onLost: (why) => void fence(why),
    onUnstorable: () => void giveUp('what it did could not be stored'),
    onOverruled,
    onError: (error) => log.warn({ err: error }, 'a transition could not be stored yet'),
  });
  const machine = provideEffects({
    ...{ hold, checkpoint, closeMs: deps.closeMs, now },
    ...{ isLost: () => over, isForced: () => forced },
  });
  let actor = startActor(known);
  actor.send({ type: 'CLAIM', at: now() });

  function startActor(from: RunSnapshot) {
    const next = createActor(machine, { snapshot: store(from).machine as RunSnapshot, input: from.context });
    next.subscribe({ next: record, error: onMachineError });
    next.start();
    return next;
  }

  function onMachineError(error: unknown): void {
    if (over) return;
    log.error({ err: error }, 'the machine failed');
    void giveUp('its machine failed');
  }

  /** A run that cannot go on is ended as soon as its browser is gone; if that fails, by the supervisor after the lease. */
  async function giveUp(error: string): Promise<void> {
    await fence(error);
    await failBroken(sql, { runId: run.id, owner, epoch: run.epoch, error }).catch((reason: unknown) =>
      log.warn({ err: reason }, 'the end of this run is left to the supervisor'),
    );
  }

  function record(snapshot: RunSnapshot): void {
    const before = known;
    known = snapshot;
    const events = eventsBetween(before, snapshot, describe);
    if (events.length === 0 && stateOf(before) === stateOf(snapshot)) return;
    const entry = { snapshot, events, steps: endedSteps(before, snapshot) };
    if (!over) writer.record(entry);
    // Of what comes after the loss only the end of that step happened.
    else if (isActing(before)) late.push(entry);
  }

  /** The steps that ended in between; one that was cut off by its deadline has no outcome of the browser's. */
  function endedSteps({ context: before }: RunSnapshot, { context: after }: RunSnapshot): StepRow[] {
    return [
      ...(after.done > before.done ? stepRow('flow', run.plan.steps, after.lastStep) : []),
      ...(after.cleaned > before.cleaned
        ? stepRow('onCancel', run.plan.onCancel ?? [], after.lastCleanup)
        : []),
    ];
  }

  function stepRow(phase: StepPhase, steps: Step[], last: StepResult | undefined): StepRow[] {
    if (!last) return [];
    const { index } = last;
    const { interrupted: _, ...result } = last;
    const action = steps[index]?.action ?? 'unknown';
    // The machine has the last word: what a call says after it was cut off does not count.
    return [{ phase, action, ...hold.outcome(index, phase), ...result }];
  }

  function onStored(
    { snapshot, events }: TransitionEntry,
    { at, cancel: recorded }: Stored,
    firstSeq: number,
  ): void {
    const status = statusOf(snapshot);
    publisher.push(entriesOfCommit(events, firstSeq, status, at));
    if (isFinal(status) || isQueued(snapshot)) finish();
    else if (recorded) cancel(recorded, 'commit');
  }

  function onOverruled(committed: RunSnapshot, recorded: RecordedCancel): void {
    actor.stop();
    known = committed;
    const cancelled = replay(committed, cancelEvent(recorded, 'commit'));
    record(cancelled);
    actor = startActor(cancelled);
  }

  function cancelEvent(recorded: RecordedCancel, via: CancelVia): MachineEvent {
    forced ||= recorded.mode === 'force';
    return { type: 'CANCEL', at: now(), ...recorded, via };
  }

  function cancel(recorded: RecordedCancel, via: CancelVia): void {
    if (!over && !isFinal(statusOf(known))) actor.send(cancelEvent(recorded, via));
  }

  /** The effect starts before the journal hears of its state, so it is the commit of this very state it waits for. */
  async function checkpoint(done: number): Promise<void> {
    await writer.stored((stored) => isAtCheckpoint(stored) && stored.context.done >= done);
    if (!deps.leaseHolds(self)) await fence('its lease could not be renewed');
  }

  function finish(): void {
    if (over) return;
    over = true;
    actor.stop();
    writer.close();
    ending.resolve();
  }

  async function fence(why: string): Promise<void> {
    if (over) return ending.promise;
    over = true;
    lost = true;
    const state = stateOf(known);
    log.warn({ why, state }, 'fenced: the browser of this run is stopped');
    deps.releaseLease(self);
    publisher.stop();
    late.push(...writer.close());
    // A process that was stopped hears only now what its browser did meanwhile. No further step begins: it would have to be stored.
    if (isActing(known)) await settleInFlight(hold, run.plan.steps, known.context.done);
    actor.stop();
    await closeOrKill(hold, { keepVideo: false, reason: 'this runner no longer owns the run' }, deps.closeMs);
    ending.resolve();
    const result = { why, state, events: late.flatMap(({ events }) => events) };
    await recordLateResult(sql, {
      runId: run.id,
      epoch: run.epoch,
      owner,
      browserClosed: hold.closed,
      result,
    }).catch((error: unknown) => log.warn({ err: error }, 'the late result could not be kept'));
  }

  async function rememberPublished(mark: Watermark): Promise<void> {
    // While it goes on, each commit takes the mark along.
    if (!over) return;
    await markPublished(sql, { runId: run.id, ...mark }).catch(() => undefined); // the relay will find it published
  }

  return self;
}
