/*
 * One run's live actor: the machine with its effects, whose moves go to the recorder. Owns the run under one epoch.
 * Keeps I2 and I8 (fenced, it stops its browser; its context is gone before the final commit) and I3.
 */
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { RecordedCancel } from '#shared/adapters/database/runs/cancel-columns.ts';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import type { Stored } from '#shared/adapters/database/runs/transition.ts';
import { stepsInput } from '#shared/domain/flow/steps-input.ts';
import type { CancelVia } from '#shared/domain/run/context.ts';
import { isParked, isUnowned, type RunSnapshot, stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import { AWAITS_PERSON, meaningOf } from '#shared/domain/run/states.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import type { RunActor, RunActorDeps } from './actor.ts';
import { closeOrKill } from './close-or-kill.ts';
import { provideEffects } from './effects/effects.ts';
import { endBroken } from './end-broken.ts';
import { endsByItself, isLeftToSupervisor } from './hand-back.ts';
import { isActing } from './late-result.ts';
import { LiveMachine } from './live-machine.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { partsOf, type RunParts } from './run-parts.ts';
import { settleInFlight } from './settle-in-flight.ts';

/** Throws `UnreadableSnapshotError` if the run's machine cannot be restored, `UnreadableFlowError` if it has no flow. */
export function startRunActor(deps: RunActorDeps, claimed: ClaimedRun): RunActor {
  const actor = new LiveRun(deps, claimed);
  actor.start();
  return actor;
}

class LiveRun implements RunActor {
  readonly runId: string;
  readonly epoch: number;
  readonly ended: Promise<void>;
  readonly #deps: RunActorDeps;
  readonly #parts: RunParts;
  readonly #recorder: Recorder;
  readonly #machine: LiveMachine;
  readonly #ending = Promise.withResolvers<void>();
  /** Raised when it has stored its last transition, or lost the run. */
  readonly #left = new AbortController();
  /** What people have asked of it, as far as that was heard. */
  #ordersRead: Promise<void> = Promise.resolve();
  /** It has stored its last transition, or lost the run. */
  #over = false;
  /** Its runner shuts down. */
  readonly #leaving = Promise.withResolvers<void>();

  constructor(deps: RunActorDeps, claimed: ClaimedRun) {
    this.runId = claimed.id;
    this.epoch = claimed.epoch;
    this.ended = this.#ending.promise;
    this.#deps = deps;
    this.#parts = partsOf(deps, claimed, {
      isOver: () => this.#over,
      mayAct: () => !this.#over && deps.leaseHolds(this),
      onPause: (asked) => {
        if (!this.#over) this.#machine.pause(asked);
      },
    });
    this.#recorder = createRecorder(deps, this.#parts, {
      onStored: (snapshot, stored) => this.#onStored(snapshot, stored),
      onLost: (why) => void this.fence(why),
      onUnstorable: () => void this.#giveUp('what it did could not be stored'),
      onOverruled: (committed, cancel) =>
        this.#parts.trace.cancelled(cancel.traceparent, 'commit', () =>
          this.#machine.overrule(committed, cancel),
        ),
    });
    this.#machine = this.#createMachine();
  }

  #createMachine(): LiveMachine {
    const { closeMs, now } = this.#deps;
    const { snapshot, sources } = this.#parts;
    const machine = provideEffects({
      hold: sources.hold,
      answers: sources.answers,
      pauses: this.#parts.pauses,
      editSteps: sources.editSteps,
      parking: this.#parts.parking,
      leaving: this.#leaving.promise,
      closeMs,
      now,
      checkpoint: (done, pauses) => this.#checkpoint(done, pauses),
      isLost: () => this.#over,
      isForced: () => this.#machine.forced,
    });
    return new LiveMachine({
      machine,
      snapshot,
      now,
      onMove: (before, after, cause) => this.#recorder.move(before, after, cause),
      onError: (error) => {
        if (this.#over) return;
        this.#deps.log.error({ err: error }, 'the machine failed');
        void this.#giveUp('its machine failed');
      },
    });
  }

  start(): void {
    const { flow } = this.#parts.sources;
    this.#machine.start(stepsInput(flow, flow.steps));
    this.ordered(this.#parts.run.orders);
  }

  leave(): void {
    this.#leaving.resolve();
  }

  get state(): string {
    return stateOf(this.#machine.known);
  }

  get returned(): boolean {
    const { known } = this.#machine;
    return this.#over && isUnowned(known) && known.context.returned === true;
  }

  get mayBeParked(): boolean {
    return !this.#over && this.#parts.parking !== undefined && AWAITS_PERSON.includes(this.state);
  }

  get parked(): boolean {
    return this.#over && isParked(this.#machine.known);
  }

  async finishPublishing(ms: number): Promise<void> {
    await this.#parts.publisher.settled(ms);
    this.#parts.publisher.stop();
  }

  cancel(recorded: RecordedCancel, via: CancelVia): void {
    if (this.#over || isFinal(statusOf(this.#machine.known))) return;
    this.#parts.trace.cancelled(recorded.traceparent, via, () => this.#machine.cancel(recorded, via));
  }

  ordered(count?: number): void {
    const { orders } = this.#parts;
    if (this.#over || !orders.arrived(count)) return;
    this.#ordersRead = orders.read(this.#left.signal).then(
      () => undefined,
      (error: unknown) => {
        if (!this.#over) this.#deps.log.warn({ err: error }, 'the orders of a run could not be read yet');
      },
    );
  }

  async look(): Promise<PageLook | undefined> {
    const { known } = this.#machine;
    const { step: phase } = meaningOf(stateOf(known));
    const { done, cleaned, announced } = known.context;
    const isUnderWay = phase !== undefined && !announced;
    return isUnderWay ? this.#parts.sources.hold.look(phase, phase === 'flow' ? done : cleaned) : undefined;
  }

  #onStored(snapshot: RunSnapshot, { at, cancel }: Stored): void {
    if (isFinal(statusOf(snapshot)) || isUnowned(snapshot)) this.#finish(at, statusOf(snapshot));
    else if (cancel) this.cancel(cancel, 'commit');
  }

  /** The effect starts before the recorder hears of its state, so it is the commit of this very state it waits for. */
  async #checkpoint(done: number, pauses: number): Promise<void> {
    const isThere = ({ context }: RunSnapshot) =>
      context.done >= done && (context.pauses ?? 0) >= pauses && !context.pause;
    await Promise.all([
      this.#recorder.stored((stored) => stored.hasTag('flow') && isThere(stored)),
      this.#keepPage(done),
      // What was asked for while it waited in the queue counts for its first step.
      this.#ordersRead,
    ]);
    if (!this.#deps.leaseHolds(this)) await this.fence('its lease could not be renewed');
  }

  /** One after the other: its page is asked once at a time. */
  async #keepPage(done: number): Promise<void> {
    await this.#parts.checkpoints?.keep(done);
    await this.#parts.login?.keep(done);
  }

  #leave(): void {
    this.#over = true;
    this.#left.abort();
  }

  #finish(at: Date, status: Status): void {
    if (this.#over) return;
    this.#leave();
    this.#parts.sources.hold.over(status === 'pass');
    this.#parts.trace.over(at.getTime());
    this.#machine.stop();
    this.#recorder.close();
    this.#ending.resolve();
  }

  /** A run that cannot go on is ended as soon as its browser is gone. */
  async #giveUp(error: string): Promise<void> {
    const { runId, epoch } = this;
    const { owner, now } = this.#deps;
    await this.fence(error);
    await endBroken(this.#deps, { runId, owner, epoch, error }, (code) =>
      this.#parts.trace.over(now(), code),
    );
  }

  async handBack(error: string): Promise<void> {
    const { hold } = this.#parts.sources;
    const waits = endsByItself(this.#machine.known);
    if (waits) hold.abandon();
    if (waits && (await settlesWithin(this.ended, this.#deps.closeMs))) return;
    const { run, parking } = this.#parts;
    const isLeft = isLeftToSupervisor(run, this.#recorder.committed, parking);
    const parted = isLeft ? this.fence(error) : this.#giveUp(error);
    hold.abandon();
    await parted;
  }

  async fence(why: string): Promise<void> {
    if (this.#over) return this.ended;
    this.#leave();
    const { runId, epoch, state } = this;
    const { log, owner, closeMs } = this.#deps;
    const { trace, publisher, sources, late } = this.#parts;
    METRICS.fenced.add({});
    const span = trace.fence();
    log.warn({ why, state }, 'fenced: the browser of this run is stopped');
    this.#deps.releaseLease(this);
    publisher.stop();
    this.#recorder.close();
    await this.#stopLost(closeMs);
    sources.hold.over(false);
    span.end();
    this.#ending.resolve();
    await late.keep({ runId, epoch, owner, browserClosed: sources.hold.closed }, { why, state });
  }

  /** Stops the machine, then the browser, which may take `closeMs`. */
  async #stopLost(closeMs: number): Promise<void> {
    const { known } = this.#machine;
    const { hold, flow } = this.#parts.sources;
    // A process that was stopped hears only now what its browser did meanwhile. No further step begins: it would have to be stored.
    if (isActing(known)) await settleInFlight(hold, flow.steps, known.context.done);
    this.#machine.stop();
    await closeOrKill(hold, { keepVideo: false, reason: 'this runner no longer owns the run' }, closeMs);
  }
}
