/*
 * One run's live actor: the machine with its effects, and the transition writer that stores what it does. Owns the
 * browser hold, the transition writer and the publisher of one run under one epoch. Keeps I2 (fenced: it stops its
 * browser), I3 (a recorded cancel overrules an outcome) and I8 (its context is gone before the final commit, or at
 * once when fenced).
 */
import type { PageLook } from '#shared/bus/command.ts';
import type { RecordedCancel } from '#shared/database/runs/cancel-columns.ts';
import type { ClaimedRun } from '#shared/database/runs/claim.ts';
import { storeByOwner } from '#shared/database/runs/commit.ts';
import type { Stored } from '#shared/database/runs/transition.ts';
import { entriesOfCommit } from '#shared/events/stream.ts';
import type { Flow } from '#shared/flow/flow.ts';
import { METRICS } from '#shared/metrics/instruments.ts';
import type { Log } from '#shared/process/log.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import type { Cause } from '#shared/run/cause.ts';
import type { CancelVia } from '#shared/run/context.ts';
import { isRequeued } from '#shared/run/runner-loss.ts';
import { isQueued, type RunSnapshot, restore, stateOf, statusOf } from '#shared/run/snapshot.ts';
import { meaningOf } from '#shared/run/states.ts';
import { isFinal } from '#shared/run/status.ts';
import { acceptedAt, evolve, type History } from '#shared/story/history.ts';
import { timed } from '#shared/story/when.ts';
import type { RunActor, RunActorDeps } from './actor.ts';
import type { BrowserHold } from './browser-hold.ts';
import { type ClaimTrace, traceClaim } from './claim-trace.ts';
import { closeOrKill } from './close-or-kill.ts';
import { provideEffects } from './effects.ts';
import { endBroken } from './end-broken.ts';
import type { EntryPublisher } from './entry-publisher.ts';
import { holdFlow } from './hold-flow.ts';
import { createLateResult, isActing, type LateResult } from './late-result.ts';
import { LiveMachine } from './live-machine.ts';
import { newsSince } from './news.ts';
import { createRecordedMoves, hasReached, isBeforeStep, type RecordedMoves } from './recorded-moves.ts';
import { meterNews } from './run-meter.ts';
import { createRunPublisher } from './run-publisher.ts';
import { settleInFlight } from './settle-in-flight.ts';
import { readStoredFlow } from './stored-flow.ts';
import { type ToldWith, type TransitionEntry, transitionEntry } from './transition-entry.ts';
import { createTransitionWriter, type TransitionWriter } from './transition-writer.ts';

type FlowRun = Omit<ClaimedRun, 'plan'> & { plan: Flow };

/** Throws `UnreadableSnapshotError` if the run's machine cannot be restored, `UnreadableFlowError` if it has no flow. */
export function startRunActor(deps: RunActorDeps, claimed: ClaimedRun): RunActor {
  const run = { ...claimed, plan: readStoredFlow(claimed.plan) };
  const actor = new LiveRun(deps, run, restore(run.snapshot));
  actor.start();
  return actor;
}

class LiveRun implements RunActor {
  readonly #deps: RunActorDeps;
  readonly #run: FlowRun;
  readonly #log: Log;
  readonly #hold: BrowserHold;
  readonly #told: Omit<ToldWith, 'cause'>;
  readonly #moves: RecordedMoves;
  readonly #publisher: EntryPublisher;
  readonly #writer: TransitionWriter;
  readonly #machine: LiveMachine;
  readonly #late: LateResult;
  readonly #trace: ClaimTrace;
  #history: History;
  readonly #ending = Promise.withResolvers<void>();
  /** It has stored its last transition, or lost the run. */
  #over = false;
  #lost = false;

  constructor(deps: RunActorDeps, run: FlowRun, snapshot: RunSnapshot) {
    this.#deps = deps;
    this.#run = run;
    this.#log = deps.log;
    this.#history = acceptedAt(snapshot.context.now);
    this.#trace = traceClaim({ ...run, owner: deps.owner, movedAt: snapshot.context.now }, deps.now);
    const open = (abandoned: AbortSignal) => deps.openBrowser(run, deps.now, abandoned);
    const { hold, describe } = holdFlow(run.plan, deps.now, open);
    this.#hold = hold;
    this.#told = { flow: run.plan, hold, describe };
    this.#moves = createRecordedMoves(snapshot, this.#told, deps.now);
    this.#late = createLateResult(deps.sql, this.#log);
    this.#publisher = createRunPublisher(deps, run, () => this.#over);
    this.#writer = this.#createWriter(snapshot);
    this.#machine = this.#createMachine(snapshot);
  }

  #createWriter(snapshot: RunSnapshot): TransitionWriter {
    const { sql, owner } = this.#deps;
    const { id: runId, epoch, lastSeq } = this.#run;
    return createTransitionWriter({
      ...{ sql, runId, owner, epoch, lastSeq, snapshot },
      commit: (sql, owner, transition) =>
        this.#trace.commit(statusOf(transition.snapshot), () =>
          storeByOwner(sql, owner, transition, this.#publisher.mark),
        ),
      onStored: (entry, stored, firstSeq) => this.#onStored(entry, stored, firstSeq),
      onLost: (why) => void this.fence(why),
      onUnstorable: () => void this.#giveUp('what it did could not be stored'),
      onOverruled: (committed, cancel) => {
        this.#moves.backTo(committed);
        this.#trace.cancelled(cancel.traceparent, 'commit', () => this.#machine.overrule(committed, cancel));
      },
      onError: (error) => this.#log.warn({ err: error }, 'a transition could not be stored yet'),
    });
  }

  #createMachine(snapshot: RunSnapshot): LiveMachine {
    const { closeMs, now } = this.#deps;
    const machine = provideEffects({
      ...{ hold: this.#hold, closeMs, now },
      checkpoint: (done) => this.#checkpoint(done),
      isLost: () => this.#over,
      isForced: () => this.#machine.forced,
    });
    return new LiveMachine({
      ...{ machine, snapshot, now },
      onMove: (before, after, cause) => this.#record(before, after, cause),
      onError: (error) => this.#onMachineError(error),
    });
  }

  start(): void {
    this.#machine.start();
  }

  get runId(): string {
    return this.#run.id;
  }

  get epoch(): number {
    return this.#run.epoch;
  }

  get state(): string {
    return stateOf(this.#machine.known);
  }

  get returned(): boolean {
    return this.#over && isQueued(this.#machine.known);
  }

  get lost(): boolean {
    return this.#lost;
  }

  get ended(): Promise<void> {
    return this.#ending.promise;
  }

  async finishPublishing(ms: number): Promise<void> {
    await this.#publisher.settled(ms);
    this.#publisher.stop();
  }

  cancel(recorded: RecordedCancel, via: CancelVia): void {
    if (this.#over || isFinal(statusOf(this.#machine.known))) return;
    this.#trace.cancelled(recorded.traceparent, via, () => this.#machine.cancel(recorded, via));
  }

  async look(): Promise<PageLook | undefined> {
    const { known } = this.#machine;
    const { step: phase } = meaningOf(stateOf(known));
    const { done, cleaned } = known.context;
    return phase && this.#hold.look(phase, phase === 'flow' ? done : cleaned);
  }

  #record(before: RunSnapshot, after: RunSnapshot, cause: Cause | undefined): void {
    if (!this.#over) {
      this.#writer.record(this.#moves.to(after, cause));
      return;
    }
    const entry = transitionEntry(before, after, { ...this.#told, cause });
    if (entry) this.#late.add(before, entry);
  }

  #onStored({ snapshot, events }: TransitionEntry, { at, cancel }: Stored, firstSeq: number): void {
    const status = statusOf(snapshot);
    const entries = entriesOfCommit(events, firstSeq, status, at);
    const assists = entries.filter((entry) => entry.kind === 'assist');
    this.#history = evolve(this.#history, assists.map(timed));
    const news = newsSince(this.#history, firstSeq - 1);
    meterNews(news);
    this.#trace.stored(news);
    this.#publisher.push(entries);
    if (isFinal(status) || isQueued(snapshot)) this.#finish(at);
    else if (cancel) this.cancel(cancel, 'commit');
  }

  /** The effect starts before the writer hears of its state, so it is the commit of this very state it waits for. */
  async #checkpoint(done: number): Promise<void> {
    await this.#writer.stored((stored) => hasReached(stored, done) && !isBeforeStep(stored));
    if (!this.#deps.leaseHolds(this)) await this.fence('its lease could not be renewed');
  }

  #finish(at: Date): void {
    if (this.#over) return;
    this.#over = true;
    this.#trace.over(at.getTime());
    this.#machine.stop();
    this.#writer.close();
    this.#ending.resolve();
  }

  #onMachineError(error: unknown): void {
    if (this.#over) return;
    this.#log.error({ err: error }, 'the machine failed');
    void this.#giveUp('its machine failed');
  }

  /** A run that cannot go on is ended as soon as its browser is gone. */
  async #giveUp(error: string): Promise<void> {
    const { sql, owner, now } = this.#deps;
    await this.fence(error);
    const run = { runId: this.runId, owner, epoch: this.epoch, error };
    await endBroken({ sql, log: this.#log }, run, (code) => this.#trace.over(now(), code));
  }

  async handBack(error: string): Promise<void> {
    const { known } = this.#machine;
    const isOpening = meaningOf(this.state).waitsFor === 'browser';
    // A run goes back into the queue once: the next time the end of its opening would be its own.
    const endsByItself = isOpening ? !known.context.returned : !known.hasTag('flow');
    if (endsByItself) this.#hold.abandon();
    if (endsByItself && (await settlesWithin(this.ended, this.#deps.closeMs))) return;
    const { committed } = this.#writer;
    const returned = committed.context.returned === true;
    const again = isRequeued({ ...this.#run, returned, state: stateOf(committed) });
    const parted = again ? this.fence(error) : this.#giveUp(error);
    this.#hold.abandon();
    await parted;
  }

  async fence(why: string): Promise<void> {
    if (this.#over) return this.ended;
    this.#over = true;
    this.#lost = true;
    METRICS.fenced.add({});
    const span = this.#trace.fence();
    const { state } = this;
    this.#log.warn({ why, state }, 'fenced: the browser of this run is stopped');
    this.#deps.releaseLease(this);
    this.#publisher.stop();
    this.#late.addUnstored(this.#writer.close());
    const { known } = this.#machine;
    // A process that was stopped hears only now what its browser did meanwhile. No further step begins: it would have to be stored.
    if (isActing(known)) await settleInFlight(this.#hold, this.#run.plan.steps, known.context.done);
    this.#machine.stop();
    const how = { keepVideo: false, reason: 'this runner no longer owns the run' };
    await closeOrKill(this.#hold, how, this.#deps.closeMs);
    span.end();
    this.#ending.resolve();
    const { runId, epoch } = this;
    const browserClosed = this.#hold.closed;
    await this.#late.keep({ runId, epoch, owner: this.#deps.owner, browserClosed }, { why, state });
  }
}
