/*
 * The machine of one run while this process owns the run: an XState actor with this owner's effects. Owns that actor
 * and the state it was last seen in, and reports each move; writes nothing. An outcome that the database has refused
 * is dropped here: a new actor starts from what was committed, with the cancel (I3).
 */
import { type Actor, createActor } from 'xstate';
import type { RecordedCancel } from '#shared/database/runs/cancel-columns.ts';
import type { CancelVia, MachineEvent } from '#shared/run/context.ts';
import type { RunMachine } from '#shared/run/machine.ts';
import { type RunSnapshot, replay, store } from '#shared/run/snapshot.ts';

export interface LiveMachineOptions {
  machine: RunMachine;
  /** Where it begins. */
  snapshot: RunSnapshot;
  /** Epoch ms. */
  now(): number;
  /** The machine has moved, or repeats where it is. */
  onMove(before: RunSnapshot, after: RunSnapshot): void;
  onError(error: unknown): void;
}

export interface LiveMachine {
  /** As last seen, stored or not. */
  readonly known: RunSnapshot;
  /** Whether a cancel by force has come. */
  readonly forced: boolean;
  /** The owner has claimed the run. */
  start(): void;
  /** A repeat only hardens it. */
  cancel(cancel: RecordedCancel, via: CancelVia): void;
  /** Everything after `committed` is void: the cancel comes instead. */
  overrule(committed: RunSnapshot, cancel: RecordedCancel): void;
  stop(): void;
}

export function createLiveMachine(options: LiveMachineOptions): LiveMachine {
  const { machine, now, onMove, onError } = options;
  let known = options.snapshot;
  let forced = false;
  let actor: Actor<RunMachine> | undefined;

  const startFrom = (from: RunSnapshot) => {
    actor = createActor(machine, { snapshot: store(from).machine as RunSnapshot, input: from.context });
    actor.subscribe({ next: move, error: onError });
    actor.start();
  };

  const move = (snapshot: RunSnapshot) => {
    const before = known;
    known = snapshot;
    onMove(before, snapshot);
  };

  const cancelEvent = (recorded: RecordedCancel, via: CancelVia): MachineEvent => {
    forced ||= recorded.mode === 'force';
    return { type: 'CANCEL', at: now(), ...recorded, via };
  };

  return {
    get known() {
      return known;
    },
    get forced() {
      return forced;
    },
    start() {
      startFrom(known);
      actor?.send({ type: 'CLAIM', at: now() });
    },
    cancel: (recorded, via) => actor?.send(cancelEvent(recorded, via)),
    overrule(committed, recorded) {
      actor?.stop();
      known = committed;
      const cancelled = replay(committed, cancelEvent(recorded, 'commit'));
      move(cancelled);
      startFrom(cancelled);
    },
    stop: () => void actor?.stop(),
  };
}
