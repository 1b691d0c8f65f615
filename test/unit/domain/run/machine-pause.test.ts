/* I3, I4, I9: a paused run goes on where a person says, unless a cancel ends it before. */
import { describe, expect, it } from 'vitest';
import { eventsBetween } from '#shared/domain/events/between.ts';
import { initialSnapshot, type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CHECKED,
  CLAIM,
  INTERRUPTED,
  LAUNCHED,
  PAUSE,
  SETTLED,
  STEP_FAILED,
  STEP_OK,
  type TestEvent,
  UNRESUMED,
  YIELDED,
} from '../../../support/database/runs.ts';
import { BUDGET, deadline, STALE, until } from '../../../support/model/machine-given.ts';

const NOW: TestEvent = { ...PAUSE, mode: 'now' };
const resumed = (from: number, at = 1_000): TestEvent => ({
  type: 'xstate.done.actor.resume',
  output: { at, from },
});
/** A run of three steps that may take 60 s from its claim on, which is at 1,000. */
const given = (events: TestEvent[], more: object = {}): RunSnapshot =>
  events.reduce(
    apply,
    initialSnapshot({
      stepTimeouts: [1_000, 1_000, 1_000],
      maxDurationMs: 60_000,
      cleanupSteps: 1,
      budget: BUDGET,
      ...more,
    }),
  );
const ACTING: TestEvent[] = [CLAIM, LAUNCHED, BEGUN, STEP_OK, BEGUN];
const PAUSED: TestEvent[] = [...ACTING, PAUSE, STEP_OK];
const FAILED: TestEvent[] = [...ACTING, STEP_FAILED];
const STAYS = { pauseOnFailureMs: 600_000 };

describe('a pause', () => {
  it.each<[string, TestEvent[], string, object?]>([
    ['lets the step under way go on', [...ACTING, PAUSE], 'running.stepping.acting'],
    ['begins when that is over', PAUSED, 'running.stepping.paused'],
    ['begins before the first step', [CLAIM, PAUSE, LAUNCHED], 'running.stepping.paused'],
    [
      'begins after the last step, too',
      [...ACTING, STEP_OK, BEGUN, PAUSE, STEP_OK],
      'running.stepping.paused',
    ],
    ['interrupts the step at once, if asked to', [...ACTING, NOW], 'running.stepping.yielding'],
    ['begins once that has returned', [...ACTING, NOW, YIELDED], 'running.stepping.paused'],
    [
      'begins if that does not return in time',
      [...ACTING, NOW, deadline('yield')],
      'running.stepping.paused',
    ],
    ['waits for an atomic step', [...ACTING, NOW], 'running.stepping.acting', { atomicSteps: [1] }],
    ['ends when a person lets it go on', [...PAUSED, resumed(2)], 'running.stepping.acting'],
    [
      'is not taken twice',
      [...PAUSED, PAUSE, resumed(2), PAUSE, BEGUN, STEP_OK],
      'running.stepping.checkpoint',
    ],
    ['after the last step leads to the end', [...PAUSED, resumed(3), CHECKED, SETTLED], 'pass'],
    ['ends the run if nobody does', [...PAUSED, UNRESUMED, CHECKED, SETTLED], 'fail'],
    ['ends it even if that is not known in time', [...PAUSED, deadline('resume'), CHECKED, SETTLED], 'fail'],
    ['I3: is ended by a cancel at once', [...PAUSED, CANCEL], 'cancelling.aborting'],
    ['I3: is ended by a cancel while it begins', [...ACTING, NOW, CANCEL], 'cancelling.aborting'],
    ['I4: leads to the steps that clean up', [...PAUSED, CANCEL, INTERRUPTED], 'cancelling.cleaning'],
    ['fails if its runner is lost', [...PAUSED, STALE], 'fail'],
    ['starts again, if it is to', [...PAUSED, { type: 'REQUEUE', at: 1 }], 'running.queued'],
    ['begins instead of a failure, if the flow says so', FAILED, 'running.stepping.paused', STAYS],
    [
      'begins instead of a failure, if it was asked for',
      [...ACTING, PAUSE, STEP_FAILED],
      'running.stepping.paused',
    ],
    ['lets a failed step be done again', [...FAILED, resumed(1)], 'running.stepping.acting', STAYS],
    ['fails a failed step if nobody comes', [...FAILED, UNRESUMED, CHECKED, SETTLED], 'fail', STAYS],
  ])('%s', (_, events, state, more) => {
    expect(stateOf(given(events, more))).toBe(state);
  });

  it('goes on where the person says, and with the steps that they give', () => {
    expect(given([...PAUSED, resumed(2)]).context).toMatchObject({ done: 2, failed: false });
    expect(given([...PAUSED, resumed(0)]).context).toMatchObject({ done: 0, hasBegun: true });
    const edited = { stepTimeouts: [1_000, 1_000, 50, 60], atomicSteps: [3], questions: undefined };
    const output = { at: 1_000, from: 2, edited };
    const after = given([...PAUSED, { type: 'xstate.done.actor.resume', output }]);
    expect(after.context).toMatchObject({ done: 2, stepTimeouts: [1_000, 1_000, 50, 60], atomicSteps: [3] });
  });

  it('does not count the time of a person as its own', () => {
    const paused = given(PAUSED);
    expect(Object.keys(paused.children)).not.toContain('runDeadline');
    expect(until(paused, 'resumeDeadline')).toBe(1_000 + 60_000 + BUDGET.checkpoint);
    const after = apply(paused, resumed(2, 301_000));
    expect(after.context.deadline).toBe(361_000);
    expect(until(after, 'runDeadline')).toBe(361_000);
  });

  it('a failed step has failed only if nobody lets the run go on', () => {
    const stopReasonOf = (events: TestEvent[]) => given(events, STAYS).context.stopReason;
    expect(stopReasonOf([...FAILED, UNRESUMED])).toBe('step_failed');
    expect(stopReasonOf([...PAUSED, UNRESUMED])).toBe('unresumed');
    expect(stopReasonOf([...FAILED, CANCEL])).toBe('cancelled');
    const skipped = given([...FAILED, resumed(2)], STAYS).context;
    expect(skipped).toMatchObject({
      done: 2,
      failed: false,
      lastStep: { index: 1, ok: false, optional: true, error: 'no such button' },
    });
    for (const event of [CANCEL, STALE])
      expect(given([...FAILED, event], STAYS).context.lastStep).toMatchObject({ index: 1, ok: false });
  });

  it('I9: has events from its request to its end, and each step has one outcome', () => {
    const describe = {
      step: () => ({ action: 'click' }),
      evidence: () => ({ screenshotPath: 'r/1.png' }),
      resumption: () => ({ userId: 'u2' }),
    };
    const eventsOf = (before: TestEvent[], event: TestEvent, more = {}) => {
      const known = given(before, more);
      return eventsBetween(known, apply(known, event), describe).filter(({ type }) => type !== 'transition');
    };
    expect(eventsOf(ACTING, PAUSE)).toMatchObject([
      { type: 'pause', stepIndex: 1, payload: { mode: 'after_step', userId: 'u1' } },
    ]);
    expect(eventsOf([...ACTING, PAUSE], STEP_OK)).toMatchObject([
      { type: 'step_success', stepIndex: 1 },
      {
        type: 'waiting_for_person',
        stepIndex: 2,
        payload: { why: 'pause', userId: 'u1', fields: [], until: new Date(61_000).toISOString() },
      },
    ]);
    expect(eventsOf(PAUSED, resumed(0))).toMatchObject([
      { type: 'resumed', stepIndex: 2, payload: { why: 'resumed', userId: 'u2', from: 0 } },
      { type: 'step_start', stepIndex: 0 },
    ]);
    expect(eventsOf(ACTING, STEP_FAILED, STAYS)).toMatchObject([
      { type: 'step_failure', stepIndex: 1, payload: { held: true, error: 'no such button' } },
      {
        type: 'waiting_for_person',
        stepIndex: 1,
        payload: { why: 'failure', text: 'no such button', screenshotPath: 'r/1.png' },
      },
    ]);
    expect(eventsOf(FAILED, resumed(2), STAYS)).toMatchObject([
      { type: 'resumed', stepIndex: 1, payload: { from: 2 } },
      { type: 'step_start', stepIndex: 2 },
    ]);
    expect(eventsOf(FAILED, UNRESUMED, STAYS)).toEqual([]);
    expect(eventsOf(PAUSED, CANCEL)).toMatchObject([{ type: 'cancel' }]);
  });
});
