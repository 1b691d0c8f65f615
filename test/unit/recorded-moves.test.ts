import { expect, it } from 'vitest';
import { initialSnapshot, persisted, restore, stateOf } from '#shared/run/snapshot.ts';
import { createRecordedMoves } from '../../services/runner/run/recorded-moves.ts';
import type { TransitionEntry } from '../../services/runner/run/transition-entry.ts';
import {
  apply,
  CANCEL,
  CHECKED,
  CLAIM,
  LAUNCHED,
  STEP_FAILED,
  STEP_OK,
  TEST_BUDGET,
  type TestEvent,
} from '../support/database/runs.ts';
import { STALE } from '../support/model/machine-given.ts';

const FLOW = {
  steps: [
    { action: 'goto', url: 'https://site.example' },
    { action: 'click', selector: '#pay' },
  ],
} as never;

/** A machine of two steps that is driven by hand, and what is recorded of it. */
function world() {
  let snapshot = initialSnapshot({ stepTimeouts: [1_000, 1_000], budget: TEST_BUDGET });
  const describe = { step: (index: number) => ({ index }), evidence: () => ({}) } as never;
  const moves = createRecordedMoves(
    snapshot,
    { flow: FLOW, hold: { outcome: () => undefined }, describe },
    () => 7_000,
  );
  const told = (event: TestEvent) => {
    snapshot = apply(snapshot, event);
    return moves.to(snapshot, undefined);
  };
  return { moves, told, now: () => snapshot };
}

/** The state of each entry, and what it says. */
const shown = (entries: TransitionEntry[]) =>
  entries.map(({ snapshot, events }) => {
    const told = events.map((event) =>
      'stepIndex' in event ? `${event.type} ${event.stepIndex}` : event.type,
    );
    return [stateOf(snapshot), ...told].join(', ');
  });
const snapshotOf = (entries: TransitionEntry[]) => entries.at(-1)!.snapshot;

it('what a checkpoint waits for has the beginning of the next step, which is not stored again', () => {
  const { told } = world();
  expect(shown(told(CLAIM))).toEqual(['running.launching, transition']);
  expect(shown(told(LAUNCHED))).toEqual([
    'running.stepping.checkpoint, transition',
    'running.stepping.acting, transition, step_start 0',
  ]);
  expect(told(CHECKED)).toEqual([]);
  expect(shown(told(STEP_OK))).toEqual([
    'running.stepping.checkpoint, step_success 0, transition',
    'running.stepping.acting, transition, step_start 1',
  ]);
  expect(told(CHECKED)).toEqual([]);
  expect(shown(told(STEP_OK))).toEqual(['running.stepping.checkpoint, step_success 1, transition']);
  expect(shown(told(CHECKED))).toEqual(['running.settling, transition']);
});

it('does not say when the checkpoint will be passed, but by what', () => {
  const { told } = world();
  told(CLAIM);
  const [, ahead] = told(LAUNCHED);
  expect(ahead).toMatchObject({ ahead: true });
  expect(JSON.parse(JSON.stringify(ahead!.events[0]!.payload))).toEqual({
    from: 'running.stepping.checkpoint',
    to: 'running.stepping.acting',
    cause: { kind: 'done', name: 'checkpoint' },
  });
});

it('a machine that is seen again at its checkpoint has not moved', () => {
  const { told, moves, now } = world();
  told(CLAIM);
  told(LAUNCHED);
  expect(moves.to(now(), undefined)).toEqual([]);
  expect(told(CHECKED)).toEqual([]);
});

it('I9: a cancel at a checkpoint ends the step that was announced, which is none that was executed', () => {
  const { told } = world();
  for (const event of [CLAIM, LAUNCHED, CHECKED, STEP_OK]) told(event);
  const [entry, ...others] = told(CANCEL);
  expect(shown([entry!])).toEqual(['cancelling.aborting, cancel, step_failure 1, transition']);
  expect(others).toEqual([]);
  expect(entry!.events.at(-1)?.payload).toMatchObject({ from: 'running.stepping.acting' });
  expect(entry!.steps).toEqual([]);
});

it('I9: a run that is lost while its checkpoint is stored can be ended from what was stored', () => {
  const { told } = world();
  told(CLAIM);
  const stored = JSON.parse(JSON.stringify(persisted(snapshotOf(told(LAUNCHED)))));
  const { context, ...ended } = apply(restore(stored), STALE);
  expect(ended.value).toBe('fail');
  expect(context.lastStep).toMatchObject({ index: 0, interrupted: true });
});

it('no step begins after one that failed', () => {
  const { told } = world();
  for (const event of [CLAIM, LAUNCHED, CHECKED]) told(event);
  expect(shown(told(STEP_FAILED))).toEqual(['running.stepping.checkpoint, step_failure 0, transition']);
});

it('I3: goes on from what is committed where an outcome was overruled', () => {
  const { told, moves, now } = world();
  for (const event of [CLAIM, LAUNCHED, CHECKED, STEP_OK, CHECKED, STEP_OK, CHECKED]) told(event);
  const committed = now();
  told({ type: 'xstate.done.actor.settle', output: { at: 1 } } as TestEvent);
  moves.backTo(committed);
  expect(shown(moves.to(apply(committed, CANCEL), undefined))).toEqual([
    'cancelling.closing, cancel, transition',
  ]);
});
