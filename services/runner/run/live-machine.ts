/*
 * The machine of one run while this process owns the run: an XState actor with this owner's effects. Owns that actor
 * and the state it was last seen in, and reports each move; writes nothing. An outcome that the database has refused
 * is dropped here: a new actor starts from what was committed, with the cancel (I3).
 */
import { type Actor, createActor } from 'xstate';
import { commanded, type RecordedCancel } from '#shared/adapters/database/runs/cancel-columns.ts';
import { type Cause, causeOf } from '#shared/domain/run/cause.ts';
import type { CancelVia, MachineEvent } from '#shared/domain/run/context.ts';
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

  /** The owner has claimed the run. */
  start(): void {
    this.#startFrom(this.#known);
    this.#actor?.send({ type: 'CLAIM', at: this.#options.now() });
  }

  /** A repeat only hardens it. */
  cancel(recorded: RecordedCancel, via: CancelVia): void {
    this.#actor?.send(this.#cancelEvent(recorded, via));
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
      ...{ snapshot, input: from.context },
      // Told before the move that it leads to; also of the effects, which are actors of their own.
      inspect: (told) => {
        if (told.type === '@xstate.microstep' && told.actorRef === actor)
          this.#cause = causeOf(told.event.type);
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
