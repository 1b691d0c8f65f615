/* I4, I9: a cancel waits for an atomic step and cleans up after it, within the grace budget. */
import { describe, expect, it } from 'vitest';
import { EffectError } from '#shared/domain/run/context.ts';
import { stateOf } from '#shared/domain/run/snapshot.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CLAIM,
  CLEANED,
  CLOSED,
  FINISHED,
  INTERRUPTED,
  KILLED,
  LAUNCHED,
  STEP_OK,
  type TestEvent,
} from '../../../support/database/runs.ts';
import {
  ACTING,
  BUDGET,
  deadline,
  given,
  givenCareful,
  until,
} from '../../../support/model/machine-given.ts';

const FORCE: TestEvent = { type: 'CANCEL', at: 1_000, source: 'user', mode: 'force' };

describe('a flow with an atomic step and onCancel steps', () => {
  it.each<[string, TestEvent[], string]>([
    ['waits for the atomic step when it is cancelled', [...ACTING, CANCEL], 'cancelling.finishing'],
    ['cleans up when that has ended', [...ACTING, CANCEL, FINISHED], 'cancelling.cleaning'],
    ['aborts it when its time is over', [...ACTING, CANCEL, deadline('finish')], 'cancelling.aborting'],
    [
      'cleans up after the abort, too',
      [...ACTING, CANCEL, deadline('finish'), INTERRUPTED],
      'cancelling.cleaning',
    ],
    ['goes on with the next onCancel step', [...ACTING, CANCEL, FINISHED, CLEANED], 'cancelling.cleaning'],
    [
      'goes on after one that failed',
      [...ACTING, CANCEL, FINISHED, { type: 'xstate.error.actor.cleanup', error: new Error('no button') }],
      'cancelling.cleaning',
    ],
    ['closes after the last', [...ACTING, CANCEL, FINISHED, CLEANED, CLEANED], 'cancelling.closing'],
    [
      'closes when the time to clean up is over',
      [...ACTING, CANCEL, FINISHED, deadline('cleanup')],
      'cancelling.closing',
    ],
    [
      'does not clean up on a page whose call does not return',
      [...ACTING, CANCEL, deadline('finish'), deadline('abort')],
      'cancelling.closing',
    ],
    ['interrupts the steps that are not atomic', [...ACTING, STEP_OK, BEGUN, CANCEL], 'cancelling.aborting'],
    ['waits for no atomic step that has not begun', [CLAIM, LAUNCHED, CANCEL], 'cancelling.aborting'],
    [
      'has nothing to clean up before its first step',
      [CLAIM, LAUNCHED, CANCEL, INTERRUPTED],
      'cancelling.closing',
    ],
    ['cleans up between two steps', [...ACTING, STEP_OK, CANCEL, INTERRUPTED], 'cancelling.cleaning'],
    ['waits for nothing when it is forced', [...ACTING, FORCE], 'cancelling.closing'],
    ['waits no longer when it is forced then', [...ACTING, CANCEL, FORCE], 'cancelling.closing'],
    [
      'cleans up no longer when it is forced then',
      [...ACTING, CANCEL, FINISHED, FORCE],
      'cancelling.closing',
    ],
  ])('%s', (_, events, state) => {
    expect(stateOf(givenCareful(...events))).toBe(state);
  });

  it('I4: gives each of these rungs a time within the grace budget, counted from the cancel', () => {
    expect(until(givenCareful(...ACTING, CANCEL), 'finishDeadline')).toBe(1_000 + BUDGET.finish);
    const aborting = givenCareful(...ACTING, CANCEL, deadline('finish', 1_000 + BUDGET.finish));
    expect(until(aborting, 'abortDeadline')).toBe(1_000 + BUDGET.finish + BUDGET.abort);
    const cleaning = apply(aborting, INTERRUPTED);
    expect(until(cleaning, 'cleanupDeadline')).toBe(1_000 + BUDGET.cleanup);
    expect(until(apply(cleaning, CLEANED), 'cleanupDeadline')).toBe(1_000 + BUDGET.cleanup);
    const { finish, abort, cleanup, close, kill } = BUDGET;
    expect([finish + abort, cleanup, close, kill].toSorted((a, b) => a - b)).toEqual([
      ...[finish + abort, cleanup, close, kill],
    ]);
    expect(kill).toBe(2_500);
  });

  it('I9: keeps the result of the atomic step, and counts what was cleaned up by itself', () => {
    const { context } = givenCareful(...ACTING, CANCEL, FINISHED, CLEANED);
    expect(context).toMatchObject({ done: 1, lastStep: { index: 0, ok: true }, cleaned: 1, failed: true });
    expect(context.interrupted).toBeUndefined();
    const broken: TestEvent = {
      type: 'xstate.error.actor.cleanup',
      error: new EffectError(7, new Error('gone')),
    };
    expect(givenCareful(...ACTING, CANCEL, FINISHED, broken).context).toMatchObject({
      now: 7,
      cleaned: 1,
      lastCleanup: { index: 0, ok: false, error: 'gone' },
      stopReason: 'cancelled',
    });
  });

  it('says what became of the browser', () => {
    const closed = { ...CLOSED, output: { at: 1, browserPid: 42 } } as TestEvent;
    const killed = { ...KILLED, output: { at: 1, pid: 42 } } as TestEvent;
    expect(given(...ACTING, CANCEL, INTERRUPTED, closed).context.browser).toEqual({ pid: 42, killed: false });
    expect(given(...ACTING, FORCE, deadline('close'), killed).context.browser).toEqual({
      pid: 42,
      killed: true,
    });
  });
});
