/*
 * The XState actor of a run that this process owns. Owns the actor and its last seen state, and reports each move; writes
 * nothing. If the database refuses an outcome, a new actor starts from the committed state, with the cancel (I3).
 */
import { type Actor, createActor } from 'xstate';
import { commanded, type RecordedCancel } from '#shared/adapters/database/runs/cancel-columns.ts';
import { type Cause, causeOf } from '#shared/domain/run/cause.ts';
import type { AskedPause, CancelVia, MachineEvent, StepsInput } from '#shared/domain/run/context.ts';
import type { RunMachine } from '#shared/domain/run/machine.ts';
import { type RunSnapshot, replay, store } from '#shared/domain/run/snapshot.ts';

export interface LiveMachineOptions {
  machine: RunMachine;
  /** Where it begins. */
  snapshot: RunSnapshot;
  /** Epoch ms. */
  now(): number;
  /** The machine has moved, or repeats where it is. */
  onMove(before: RunSnapshot, after: RunSnapshot, cause: Cause | undefined): void;
  onError(error: unknown): void;
}

export class LiveMachine {
  readonly #options: LiveMachineOptions;
  #actor: Actor<RunMachine> | undefined;
  #known: RunSnapshot;
  /** What the machine received last. */
  #cause: Cause | undefined;
  #forced = false;

  constructor(options: LiveMachineOptions) {
    this.#options = options;
    this.#known = options.snapshot;
  }

  /** The last snapshot seen, stored or not. */
  get known(): RunSnapshot {
    return this.#known;
  }

  /** Whether a cancel by force has come. */
  get forced(): boolean {
    return this.#forced;
  }

  /** The owner has claimed the run; `steps`: of its flow. */
  start(steps?: StepsInput): void {
    this.#startFrom(this.#known);
    this.#actor?.send({ type: 'CLAIM', at: this.#options.now(), ...(steps && { steps }) });
  }

  /** A repeat only hardens it. */
  cancel(recorded: RecordedCancel, via: CancelVia): void {
    this.#actor?.send(this.#cancelEvent(recorded, via));
  }

  /** One that it has taken before changes nothing. */
  pause(asked: AskedPause): void {
    this.#actor?.send({ type: 'PAUSE', at: this.#options.now(), ...asked });
  }

  /** Everything after `committed` is void: the cancel comes instead. */
  overrule(committed: RunSnapshot, recorded: RecordedCancel): void {
    this.stop();
    this.#known = committed;
    const cancel = this.#cancelEvent(recorded, 'commit');
    const cancelled = replay(committed, cancel);
    this.#cause = causeOf(cancel.type);
    this.#move(cancelled);
    this.#startFrom(cancelled);
  }

  stop(): void {
    this.#actor?.stop();
  }

  #startFrom(from: RunSnapshot): void {
    const { machine, onError } = this.#options;
    const snapshot = store(from).machine as RunSnapshot;
    const actor = createActor(machine, {
      snapshot,
      input: from.context,
      // Called before the move that it leads to; also for effects, which are actors of their own.
      inspect: (inspected) => {
        if (inspected.type === '@xstate.microstep' && inspected.actorRef === actor)
          this.#cause = causeOf(inspected.event.type);
      },
    });
    this.#actor = actor;
    this.#actor.subscribe({ next: (next) => this.#move(next), error: onError });
    this.#actor.start();
  }

  #move(snapshot: RunSnapshot): void {
    const before = this.#known;
    this.#known = snapshot;
    this.#options.onMove(before, snapshot, this.#cause);
  }

  #cancelEvent(recorded: RecordedCancel, via: CancelVia): MachineEvent {
    this.#forced ||= recorded.mode === 'force';
    return { type: 'CANCEL', at: this.#options.now(), ...commanded(recorded), via };
  }
}
