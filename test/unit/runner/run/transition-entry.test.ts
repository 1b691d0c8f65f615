/* I9, I16: a step that was announced counts as begun, unless its owner knows that it did not begin. */
import { expect, it } from 'vitest';
import { initialSnapshot, persisted, restore, stateOf } from '#shared/domain/run/snapshot.ts';
import { type TransitionEntry, transitionEntry } from '../../../../services/runner/run/transition-entry.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CHECKED,
  CLAIM,
  LAUNCHED,
  STEP_FAILED,
  STEP_OK,
  TEST_BUDGET,
  type TestEvent,
} from '../../../support/database/runs.ts';
import { STALE } from '../../../support/model/machine-given.ts';

const FLOW = {
  steps: [
    { action: 'goto', url: 'https://site.example' },
    { action: 'click', selector: '#pay' },
  ],
} as never;

/** A machine of two steps that is driven by hand, and what is stored of each of its moves. */
function world() {
  let snapshot = initialSnapshot({ stepTimeouts: [1_000, 1_000], budget: TEST_BUDGET });
  const describe = { step: (index: number) => ({ index }), evidence: () => ({}) } as never;
  const sources = { flow: FLOW, hold: { outcome: () => undefined }, describe, cause: undefined };
  return (event: TestEvent) => {
    const before = snapshot;
    snapshot = apply(before, event);
    return transitionEntry(before, snapshot, sources);
  };
}

/** The state, and what it tells. */
function shown({ snapshot, events }: TransitionEntry) {
  const types = events.map((event) =>
    'stepIndex' in event ? `${event.type} ${event.stepIndex}` : event.type,
  );
  return [stateOf(snapshot), ...types].join(', ');
}

it('a step is announced with the end of the one before, and of its beginning nothing is stored', () => {
  const stored = world();
  expect(shown(stored(CLAIM)!)).toBe('running.launching, transition');
  expect(shown(stored(LAUNCHED)!)).toBe('running.stepping.acting, transition, transition, step_start 0');
  expect(stored(BEGUN)).toBeUndefined();
  expect(shown(stored(STEP_OK)!)).toBe(
    'running.stepping.acting, step_success 0, transition, transition, step_start 1',
  );
  expect(stored(BEGUN)).toBeUndefined();
  expect(shown(stored(STEP_OK)!)).toBe('running.stepping.checkpoint, step_success 1, transition');
  expect(shown(stored(CHECKED)!)).toBe('running.settling, transition');
});

it('I9: a cancel before the step begins ends the step, which is none that was executed', () => {
  const stored = world();
  for (const event of [CLAIM, LAUNCHED, BEGUN, STEP_OK]) stored(event);
  const entry = stored(CANCEL)!;
  expect(shown(entry)).toBe('cancelling.aborting, cancel, step_failure 1, transition');
  expect(entry.events[0]).not.toHaveProperty('stepIndex');
  expect(entry.events[1]?.payload).toMatchObject({ begun: false, interrupted: true });
  expect(entry.events.at(-1)?.payload).toMatchObject({ from: 'running.stepping.acting' });
  expect(entry.steps).toEqual([]);
});

it('I9, I16: once it is stored that a step was announced, it counts as begun for all but its owner', () => {
  const stored = world();
  stored(CLAIM);
  const read = restore(JSON.parse(JSON.stringify(persisted(stored(LAUNCHED)!.snapshot))));
  for (const received of [STALE, CANCEL]) expect(apply(read, received).context.interrupted).toBe(0);
  const { context, ...ended } = apply(read, STALE);
  expect(ended.value).toBe('fail');
  expect(context.lastStep).toMatchObject({ index: 0, interrupted: true });
  expect(context.lastStep).not.toHaveProperty('begun');
});

it('no step is announced after one that failed', () => {
  const stored = world();
  for (const event of [CLAIM, LAUNCHED, BEGUN]) stored(event);
  expect(shown(stored(STEP_FAILED)!)).toBe('running.stepping.checkpoint, step_failure 0, transition');
});
