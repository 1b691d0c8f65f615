/*
 * What would become of a machine, by the pure transition: nothing is started, stored or sent. Made for dry runs and
 * receipts; knows the states only by what the machine itself says of them.
 */
import type { AnyActorRef } from 'xstate';
import type { CommandedCancel, MachineEvent } from '#shared/domain/run/context.ts';
import { type RunSnapshot, replay, stateOf } from '#shared/domain/run/snapshot.ts';
import { meaningOf } from '#shared/domain/run/states.ts';

export interface SimulatedCancel {
  /** The state in which the cancel would be taken. */
  from: string;
  /** The states it would go through from there, if each effect ends by itself. */
  path: string[];
  /** The step whose call would be interrupted, or waited for. */
  interrupts?: number;
  /** How many steps that clean up would run. */
  onCancelSteps: number;
  /** The latest time at which it would be over, epoch ms. */
  overAt: number;
}

/** No machine needs more effects than this to reach its end; bounds a walk that would never end. */
const MOST_EFFECTS = 100;

/** What a cancel at `at`, epoch ms, would do to a machine. */
export function simulateCancel(
  snapshot: RunSnapshot,
  cancel: CommandedCancel & { at: number },
): SimulatedCancel {
  const { at } = cancel;
  const from = stateOf(snapshot);
  let machine = replay(snapshot, { type: 'CANCEL', ...cancel });
  const { interrupted, budget, cancel: taken } = machine.context;
  const overAt = machine.status === 'active' ? (taken?.at ?? at) + budget.kill : at;
  const passed = [from];
  let onCancelSteps = 0;
  for (let effects = 0; effects <= MOST_EFFECTS; effects += 1) {
    const state = stateOf(machine);
    if (state !== passed.at(-1)) passed.push(state);
    const effect = effectsOf(machine).find(({ src }) => src !== 'deadline');
    if (machine.status !== 'active' || !effect) break;
    if (effect.src === 'cleanup') onCancelSteps += 1;
    machine = ended(machine, effect.id, bestOf(effect.src, at));
  }
  const [, ...path] = passed;
  return {
    from,
    path,
    ...(interrupted !== undefined && meaningOf(from).step === 'flow' && { interrupts: interrupted }),
    onCancelSteps,
    overAt,
  };
}

/** The deadline that comes next, epoch ms, and the state that it leads to. */
export function nextRung(snapshot: RunSnapshot): { state: string; at: number } | undefined {
  const [next] = effectsOf(snapshot)
    .flatMap(({ id, src, at }) => (src === 'deadline' && at !== undefined ? [{ id, at }] : []))
    .sort((a, b) => a.at - b.at);
  return next && { at: next.at, state: stateOf(ended(snapshot, next.id, { at: next.at })) };
}

interface Effect {
  id: string;
  src: string;
  /** When a deadline is reached, epoch ms. */
  at: number | undefined;
}

function effectsOf({ children }: RunSnapshot): Effect[] {
  return Object.entries<AnyActorRef | undefined>(children).flatMap(([id, child]) => {
    if (!child) return [];
    const { input } = child.getSnapshot() as { input?: { at?: number | null } };
    return [{ id, src: String(child.src), at: input?.at ?? undefined }];
  });
}

/** How an effect ends where all goes well: an atomic step by itself, an interrupted one by its abort. */
const bestOf = (src: string, at: number) => ({
  at,
  ok: true,
  ...(src === 'finish' && { step: { at, ok: true } }),
});

const ended = (snapshot: RunSnapshot, id: string, output: object): RunSnapshot =>
  replay(snapshot, { type: `xstate.done.actor.${id}`, output } as unknown as MachineEvent);
