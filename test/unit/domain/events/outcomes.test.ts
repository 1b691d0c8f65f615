/* I9: each step that has begun has one outcome before `run_end`, however the run ends. */
import { describe, expect, it } from 'vitest';
import { eventsBetween } from '#shared/domain/events/between.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import { initialSnapshot, type RunSnapshot, statusOf } from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CLAIM,
  CLEANED,
  INTERRUPTED,
  LAUNCHED,
  TEST_BUDGET,
  type TestEvent,
} from '../../../support/database/runs.ts';
import { givenCareful } from '../../../support/model/machine-given.ts';
import { explore, type Situation } from '../../../support/model/machine-world.ts';

const careful = () => initialSnapshot({ stepTimeouts: [1_000, 1_000], cleanupSteps: 2, budget: TEST_BUDGET });
const DESCRIBE = { step: () => ({ action: 'goto' }), evidence: () => ({}) };
const between = (before: RunSnapshot, after: RunSnapshot) => eventsBetween(before, after, DESCRIBE);

function eventsOf(received: readonly TestEvent[]): NewEvent[] {
  let before = careful();
  return received.flatMap((event) => {
    const after = apply(before, event);
    const events = between(before, after);
    before = after;
    return events;
  });
}

/** What has begun and has no outcome, before the end of the run. What a lost attempt had begun begins again. */
function openAtTheEnd(events: readonly NewEvent[]): string[] {
  const open = new Set<string>();
  for (const event of events) {
    const { type } = event;
    const [, phase, what] = /^(step|cleanup)_(start|success|failure)$/.exec(type) ?? [];
    const stepIndex = 'stepIndex' in event ? event.stepIndex : undefined;
    if (type === 'requeued') open.clear();
    else if (type === 'run_end') break;
    else if (what === 'start') open.add(`${phase} ${stepIndex}`);
    else if (what) open.delete(`${phase} ${stepIndex}`);
  }
  return [...open];
}

describe('the outcome of what has begun', () => {
  it('I9: comes before run_end, however the run ends', () => {
    const wrong: unknown[] = [];
    const situations = explore(givenCareful());
    const told = new Map<Situation, NewEvent[]>([[situations[0]!, []]]);
    for (const situation of situations)
      for (const { event, to, next } of situation.moves) {
        const events = [...told.get(situation)!, ...between(situation.snapshot, to)];
        if (!told.has(next)) told.set(next, events);
        if (!isFinal(statusOf(to)) || isFinal(statusOf(situation.snapshot))) continue;
        const open = openAtTheEnd(events);
        if (open.length > 0) wrong.push({ open, life: [...situation.events, event].map(({ type }) => type) });
      }
    expect(wrong).toEqual([]);
  });

  const CLEANING = [CLAIM, LAUNCHED, BEGUN, CANCEL, INTERRUPTED, CLEANED];
  const FORCE: TestEvent = { type: 'CANCEL', at: 2_000, source: 'user', mode: 'force' };
  const STALE: TestEvent = { type: 'STALE', at: 2_000, source: 'user' };

  it.each([
    ['the loss of its runner', STALE, ['cleanup_failure', 'transition', 'run_end'], 'its runner was lost'],
    ['a harder cancel', FORCE, ['cancel', 'cleanup_failure', 'transition'], 'the cancel was forced'],
  ])('of an onCancel step that %s cuts off', (_, received, types, why) => {
    const cleaning = CLEANING.reduce(apply, careful());
    const after = apply(cleaning, received);
    const events = between(cleaning, after);
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(events.find(({ type }) => type === 'cleanup_failure')).toEqual({
      type: 'cleanup_failure',
      stepIndex: 1,
      payload: {
        step: { action: 'goto' },
        at: '1970-01-01T00:00:02.000Z',
        error: `interrupted: ${why}`,
        interrupted: true,
      },
    });
    expect(after.context).toMatchObject({ cleaned: 2, lastCleanup: { index: 1, ok: false } });
  });

  it('comes once: a step that has it gets no other when the run ends', () => {
    const types = eventsOf([...CLEANING, STALE]).map(({ type }) => type);
    expect(types.filter((type) => type === 'step_failure')).toHaveLength(1);
    expect(types.filter((type) => type === 'cleanup_success')).toHaveLength(1);
    expect(types.filter((type) => type === 'cleanup_failure')).toHaveLength(1);
  });
});
