/* I1, I8: a stored machine goes on where it was, its replay starts no effect, and once final it ignores all. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createActor, createMachine, fromPromise, type Snapshot } from 'xstate';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { runMachine } from '#shared/domain/run/machine.ts';
import {
  initialSnapshot,
  type RunSnapshot,
  replay,
  restore,
  stateOf,
  statusOf,
  store,
  UnreadableSnapshotError,
} from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CLAIM,
  CLOSED,
  INTERRUPTED,
  LAUNCHED,
  TEST_BUDGET,
  type TestEvent,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { allStates, leafStates, pathOf } from '../../../support/model/machine-states.ts';

const fresh = () => initialSnapshot({ stepTimeouts: [1_000, 1_000], budget: TEST_BUDGET });
const given = (...events: TestEvent[]) => events.reduce(apply, fresh());
const ACTING = [CLAIM, LAUNCHED, BEGUN];
const STALE: TestEvent = { type: 'STALE', at: 2_000, source: 'supervisor' };

/** A stored snapshot of a run that acts, with its machine's fields replaced. */
const storedWith = (changes: Record<string, unknown>) => {
  const { version, machine } = store(given(...ACTING));
  return { version, machine: { ...(machine as object), ...changes } };
};
const actorOf = (src: unknown) => ({ src, snapshot: { status: 'active', input: {} }, syncSnapshot: false });

describe('restore', () => {
  it('goes on where the stored machine was', () => {
    const restored = restore(JSON.parse(JSON.stringify(store(given(...ACTING)))));
    expect(stateOf(restored)).toBe('running.stepping.acting');
    expect(store(restored)).toEqual(store(given(...ACTING)));
    expect(stateOf([CANCEL, INTERRUPTED, CLOSED].reduce(apply, restored))).toBe('fail');
  });

  it.each<[string, unknown, string]>([
    [
      'another version',
      { ...store(fresh()), version: MACHINE_VERSION + 1 },
      `machine version ${MACHINE_VERSION + 1}, this one is ${MACHINE_VERSION}`,
    ],
    ['no version', { machine: store(fresh()).machine }, 'machine version none'],
    ['nothing', null, 'machine version none'],
    ['a text', 'garbage', 'machine version none'],
    [
      'no machine, which xstate takes for a fresh one',
      { version: MACHINE_VERSION, machine: null },
      'its status',
    ],
    ['a machine that is a text', { version: MACHINE_VERSION, machine: 'garbage' }, 'its status'],
    ['an empty machine', { version: MACHINE_VERSION, machine: {} }, 'its status'],
    ['a state that no longer exists', storedWith({ value: { running: 'gone' } }), 'gone'],
    ['no state', storedWith({ value: undefined }), 'not restorable'],
    ['no context', storedWith({ context: null }), 'it has no context'],
    ['the context of something else', storedWith({ context: { count: 1 } }), 'it has no context'],
    ['no actors', storedWith({ children: undefined }), 'not restorable'],
    [
      'an actor whose name was removed',
      storedWith({ children: { step: actorOf('browse') } }),
      'its actor step is not known (browse)',
    ],
    ['an actor without a name', storedWith({ children: { step: null } }), 'its actor step is not known'],
    ['a machine that failed', storedWith({ status: 'error' }), 'its status is error'],
  ])('refuses %s', (_, stored, reason) => {
    const refused = () => restore(stored);
    expect(refused).toThrow(UnreadableSnapshotError);
    expect(refused).toThrow(reason);
    expect(refused).toThrow(expect.objectContaining({ code: 'unreadable_snapshot' }));
  });
});

describe('the traps of xstate', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** The machine with every effect counted, and none that ever ends. */
  const counting = () => {
    const started: string[] = [];
    const inputs: unknown[] = [];
    const count = (name: string) =>
      fromPromise<never>(({ input }) => {
        started.push(name);
        inputs.push(input);
        return new Promise(() => undefined);
      });
    const names = Object.keys(runMachine.implementations.actors);
    const actors = Object.fromEntries(names.map((name) => [name, count(name)]));
    return { machine: runMachine.provide({ actors: actors as never }), started, inputs };
  };
  const live = ({ machine }: ReturnType<typeof counting>, from: RunSnapshot) =>
    createActor(machine, { snapshot: store(from).machine as RunSnapshot, input: from.context });

  it('a live actor restarts every promise actor it was stored with', () => {
    const world = counting();
    const actor = live(world, given(...ACTING)).start();
    expect(world.started.toSorted()).toEqual(['deadline', 'deadline', 'step']);
    actor.stop();
  });

  it('I8: so the supervisor restores and replays, which starts none', () => {
    const ports = Object.entries(runMachine.implementations.actors);
    const starts = ports.map(([, logic]) => vi.spyOn(logic as unknown as { start(): void }, 'start'));
    const ended = replay(restore(store(given(...ACTING))), STALE as never);
    expect(stateOf(ended)).toBe('fail');
    for (const start of starts) expect(start).not.toHaveBeenCalled();

    const actor = createActor(runMachine, { snapshot: ended, input: ended.context }).start();
    actor.stop();
    for (const start of starts) expect(start).not.toHaveBeenCalled();
    // The same spies do see a live actor's.
    live({ ...counting(), machine: runMachine }, given(CLAIM))
      .start()
      .stop();
    expect(starts.map((start) => start.mock.calls.length).reduce((sum, calls) => sum + calls)).toBe(3);
    vi.restoreAllMocks();
  });

  it('a deadline is an absolute time in the input of an actor, the same after a restore', () => {
    const world = counting();
    const actor = live(world, given(...ACTING, { ...CANCEL, at: 5_000 } as TestEvent)).start();
    expect(world.started).toEqual(['interrupted', 'deadline']);
    expect(world.inputs[1]).toEqual({ at: 5_000 + TEST_BUDGET.abort });
    actor.stop();
  });

  it('`after` is not armed again by a restore, and so the machine has none', () => {
    vi.useFakeTimers();
    const waiting = createMachine({
      initial: 'waiting',
      states: { waiting: { after: { 1000: 'late' } }, late: {} },
    });
    const first = createActor(waiting).start();
    const stored = first.getPersistedSnapshot();
    first.stop();
    const second = createActor(waiting, { snapshot: stored as Snapshot<unknown> }).start();
    vi.advanceTimersByTime(60_000);
    expect(second.getSnapshot().value).toBe('waiting');
    second.stop();

    expect(allStates().flatMap((state) => state.after)).toEqual([]);
  });

  it('every invoke has an id of its own, or the stored key would be its position', () => {
    for (const leaf of leafStates()) {
      // All that can be under way at once: the state's own effects, and those of the states around it.
      const around = allStates().filter((state) => `${pathOf(leaf)}.`.startsWith(`${pathOf(state)}.`));
      const ids = around.flatMap((state) => state.invoke.map(({ id }) => id));
      for (const id of ids) expect(id).toMatch(/^[a-z][a-zA-Z]*$/);
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(allStates().some((state) => state.invoke.length > 0)).toBe(true);
  });

  it('a snapshot taken after stop() is inert: none of its effects starts again, so it is refused', () => {
    const actor = live(counting(), given(...ACTING)).start();
    actor.stop();
    const machine = JSON.parse(JSON.stringify(actor.getPersistedSnapshot()));
    const world = counting();
    const inert = createActor(world.machine, { snapshot: machine, input: fresh().context }).start();
    expect(world.started).toEqual([]);
    inert.stop();
    expect(() => restore({ version: MACHINE_VERSION, machine })).toThrow('its status is stopped');
  });

  it('I1: a machine in a final state ignores CANCEL and STALE, restored or not', () => {
    for (const final of [given(...TO_PASS), given(...ACTING, CANCEL, INTERRUPTED, CLOSED)]) {
      expect(isFinal(statusOf(final))).toBe(true);
      for (const received of [CANCEL, STALE])
        for (const before of [final, restore(store(final))])
          expect(store(apply(before, received))).toEqual(store(final));
    }
  });
});
