/*
 * One run's live actor: the machine with its effects, whose moves go to the recorder. Owns the run under one epoch.
 * Keeps I3, and I8 (its context is gone before the final commit); fenced, it parts with the run (`parting.ts`).
 */
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { RecordedCancel } from '#shared/adapters/database/runs/cancel-columns.ts';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import type { Stored } from '#shared/adapters/database/runs/transition.ts';
import { stepsInput } from '#shared/domain/flow/steps-input.ts';
import type { CancelVia } from '#shared/domain/run/context.ts';
import { isParked, isUnowned, type RunSnapshot, stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import { AWAITS_PERSON, meaningOf } from '#shared/domain/run/states.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import type { RunActor, RunActorDeps } from './actor.ts';
import { provideEffects } from './effects/effects.ts';
import { LiveMachine } from './live-machine.ts';
import { Parting } from './parting.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { partsOf, type RunParts } from './run-parts.ts';
import { Tenure } from './tenure.ts';

/** Throws `UnreadableSnapshotError` if the run's machine cannot be restored, `UnreadableFlowError` if it has no flow. */
export function startRunActor(deps: RunActorDeps, claimed: ClaimedRun): RunActor {
  const actor = new LiveRun(deps, claimed);
  actor.start();
  return actor;
}

class LiveRun implements RunActor {
  readonly runId: string;
  readonly epoch: number;
  readonly #deps: RunActorDeps;
  readonly #parts: RunParts;
  readonly #recorder: Recorder;
  readonly #machine: LiveMachine;
  readonly #parting: Parting;
  readonly #tenure = new Tenure();
  /** What people have asked of it, as far as that was heard. */
  #ordersRead: Promise<void> = Promise.resolve();
  /** Its runner shuts down. */
  readonly #leaving = Promise.withResolvers<void>();

  constructor(deps: RunActorDeps, claimed: ClaimedRun) {
    this.runId = claimed.id;
    this.epoch = claimed.epoch;
    this.#deps = deps;
    this.#parts = partsOf(deps, claimed, {
      isOver: () => this.#tenure.isOver,
      mayAct: () => !this.#tenure.isOver && deps.leaseHolds(this),
      onPause: (asked) => {
        if (!this.#tenure.isOver) this.#machine.pause(asked);
      },
    });
    this.#recorder = createRecorder(deps, this.#parts, {
      onStored: (snapshot, stored) => this.#onStored(snapshot, stored),
      onLost: (why) => void this.#parting.fence(why),
      onUnstorable: () => void this.#parting.giveUp('what it did could not be stored'),
      onOverruled: (committed, cancel) =>
        this.#parts.trace.cancelled(cancel.traceparent, 'commit', () =>
          this.#machine.overrule(committed, cancel),
        ),
    });
    this.#machine = this.#createMachine();
    this.#parting = new Parting(deps, this, {
      parts: this.#parts,
      machine: this.#machine,
      recorder: this.#recorder,
      tenure: this.#tenure,
    });
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
      isLost: () => this.#tenure.isOver,
      isForced: () => this.#machine.forced,
    });
    return new LiveMachine({
      machine,
      snapshot,
      now,
      onMove: (before, after, cause) => this.#recorder.move(before, after, cause),
      onError: (error) => {
        if (this.#tenure.isOver) return;
        this.#deps.log.error({ err: error }, 'the machine failed');
        void this.#parting.giveUp('its machine failed');
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

  get ended(): Promise<void> {
    return this.#tenure.ended;
  }

  get state(): string {
    return stateOf(this.#machine.known);
  }

  get returned(): boolean {
    const { known } = this.#machine;
    return this.#tenure.isOver && isUnowned(known) && known.context.returned === true;
  }

  get mayBeParked(): boolean {
    return !this.#tenure.isOver && this.#parts.parking !== undefined && AWAITS_PERSON.includes(this.state);
  }

  get parked(): boolean {
    return this.#tenure.isOver && isParked(this.#machine.known);
  }

  async finishPublishing(ms: number): Promise<void> {
    await this.#parts.publisher.settled(ms);
    this.#parts.publisher.stop();
  }

  cancel(recorded: RecordedCancel, via: CancelVia): void {
    if (this.#tenure.isOver || isFinal(statusOf(this.#machine.known))) return;
    this.#parts.trace.cancelled(recorded.traceparent, via, () => this.#machine.cancel(recorded, via));
  }

  ordered(count?: number): void {
    const { orders } = this.#parts;
    if (this.#tenure.isOver || !orders.arrived(count)) return;
    this.#ordersRead = orders.read(this.#tenure.signal).then(
      () => undefined,
      (error: unknown) => {
        if (!this.#tenure.isOver)
          this.#deps.log.warn({ err: error }, 'the orders of a run could not be read yet');
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
    if (isFinal(statusOf(snapshot)) || isUnowned(snapshot)) this.#parting.finish(at, statusOf(snapshot));
    else if (cancel) this.cancel(cancel, 'commit');
  }

  /** The effect starts before the recorder hears of its state, so it is the commit of this very state it waits for. */
  async #checkpoint(done: number, pauses: number): Promise<void> {
    const isThere = ({ context }: RunSnapshot) =>
      context.done >= done && (context.pauses ?? 0) >= pauses && !context.pause;
    await Promise.all([
      this.#recorder.stored((stored) => stored.hasTag('flow') && isThere(stored)),
      this.#parts.keepPage(done),
      // What was asked for while it waited in the queue counts for its first step.
      this.#ordersRead,
    ]);
    if (!this.#deps.leaseHolds(this)) await this.fence('its lease could not be renewed');
  }

  handBack(error: string): Promise<void> {
    return this.#parting.handBack(error);
  }

  fence(why: string): Promise<void> {
    return this.#parting.fence(why);
  }
}
