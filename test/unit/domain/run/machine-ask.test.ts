/* I3, I4, I9: a run that asks a person does not use its own time, and a cancel stops it at once. */
import { describe, expect, it } from 'vitest';
import { eventsBetween } from '#shared/domain/events/between.ts';
import { initialSnapshot, type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import {
  ANSWERED,
  ASKED,
  apply,
  BEGUN,
  CANCEL,
  CHECKED,
  CLAIM,
  INTERRUPTED,
  LAUNCHED,
  SETTLED,
  STEP_OK,
  type TestEvent,
  UNANSWERED,
} from '../../../support/database/runs.ts';
import { BUDGET, deadline, STALE, until } from '../../../support/model/machine-given.ts';

const LONG_MS = 600_000;

/** A run whose first step asks, and that may take 60 s from its claim on, which is at 1,000. */
const given = (events: TestEvent[], goesOn?: true): RunSnapshot =>
  events.reduce(
    apply,
    initialSnapshot({
      stepTimeouts: [1_000, 1_000],
      questions: { 0: { timeoutMs: LONG_MS, ...(goesOn && { goesOn }) } },
      maxDurationMs: 60_000,
      budget: BUDGET,
    }),
  );
const ASKING: TestEvent[] = [CLAIM, LAUNCHED, BEGUN, ASKED];
const answeredAt = (at: number): TestEvent => ({
  type: 'xstate.done.actor.answer',
  output: { at, ok: true },
});

describe('a run that asks a person', () => {
  it.each<[string, TestEvent[], string]>([
    ['waits for the answer', ASKING, 'running.stepping.asking'],
    ['goes on once it is there', [...ASKING, ANSWERED], 'running.stepping.acting'],
    ['fails if nobody answers', [...ASKING, UNANSWERED, CHECKED, SETTLED], 'fail'],
    ['fails if even that is not known in time', [...ASKING, deadline('answer'), CHECKED, SETTLED], 'fail'],
    ['passes in the end', [...ASKING, ANSWERED, BEGUN, STEP_OK, CHECKED, SETTLED], 'pass'],
    ['I3: is stopped at once', [...ASKING, CANCEL], 'cancelling.aborting'],
    ['I4: whatever is answered meanwhile', [...ASKING, CANCEL, ANSWERED, INTERRUPTED], 'cancelling.closing'],
    ['fails if its runner is lost', [...ASKING, STALE], 'fail'],
    ['starts again, if it is to', [...ASKING, { type: 'REQUEUE', at: 1 }], 'running.queued'],
  ])('%s', (_, events, state) => {
    expect(stateOf(given(events))).toBe(state);
  });

  it('goes on without an answer, if its question says so', () => {
    for (const late of [UNANSWERED, deadline('answer')]) {
      const after = given([...ASKING, late], true);
      expect(stateOf(after)).toBe('running.stepping.acting');
      expect(after.context).toMatchObject({ done: 1, lastStep: { index: 0, ok: true }, failed: false });
    }
    expect(given([...ASKING, UNANSWERED]).context).toMatchObject({ stopReason: 'unanswered', failed: true });
  });

  it('does not count the time of a person as its own', () => {
    const asking = given(ASKING);
    expect(asking.context.deadline).toBe(61_000);
    expect(Object.keys(asking.children)).not.toContain('runDeadline');
    const after = apply(asking, answeredAt(301_000));
    expect(after.context.deadline).toBe(361_000);
    expect(until(after, 'runDeadline')).toBe(361_000);
    // Until then the effect itself has looked for an answer.
    expect(until(asking, 'answerDeadline')).toBe(1_000 + LONG_MS + BUDGET.checkpoint);
  });

  it('I9: tells what it asks and how it went on, and has an outcome for each step', () => {
    const describe = {
      step: () => ({ action: 'ask' }),
      evidence: () => ({}),
      question: () => ({ text: 'Which code?', fields: [{ name: 'code', type: 'code' }] }),
      answer: () => ({ userId: 'u1', names: ['code'] }),
    };
    const eventsOf = (before: TestEvent[], event: TestEvent, goesOn?: true) => {
      const known = given(before, goesOn);
      return eventsBetween(known, apply(known, event), describe).filter(({ type }) => type !== 'transition');
    };
    expect(eventsOf(ASKING.slice(0, -1), ASKED)).toMatchObject([
      {
        type: 'waiting_for_person',
        stepIndex: 0,
        payload: { text: 'Which code?', until: new Date(1_000 + LONG_MS).toISOString(), onTimeout: 'fail' },
      },
    ]);
    expect(eventsOf(ASKING, ANSWERED)).toMatchObject([
      { type: 'resumed', stepIndex: 0, payload: { why: 'answered', userId: 'u1', names: ['code'] } },
      { type: 'step_success', stepIndex: 0 },
      { type: 'step_start', stepIndex: 1 },
    ]);
    expect(eventsOf(ASKING, UNANSWERED)).toMatchObject([
      { type: 'step_failure', payload: { reason: 'unanswered', error: 'nobody answered in time' } },
    ]);
    expect(eventsOf(ASKING, CANCEL)).toMatchObject([{ type: 'cancel', stepIndex: 0 }]);
  });
});
