/* I4, I9, I13: the machine meets its deadlines, keeps results and reasons, and returns and restarts once at most. */
import { describe, expect, it } from 'vitest';
import { EffectError } from '#shared/domain/run/context.ts';
import { initialSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CHECKED,
  CLAIM,
  CLOSED,
  INTERRUPTED,
  LAUNCHED,
  SETTLED,
  STEP_FAILED,
  STEP_OK,
  type TestEvent,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { ACTING, BUDGET, deadline, given, STALE, until } from '../../../support/model/machine-given.ts';

describe('the run machine, given and when and then', () => {
  it.each<[string, TestEvent[], string]>([
    ['starts in the queue', [], 'running.queued'],
    ['launches when it is claimed', [CLAIM], 'running.launching'],
    ['passes the checkpoint before its first step', [CLAIM, LAUNCHED], 'running.stepping.acting'],
    ['passes the checkpoint between two steps', [...ACTING, STEP_OK], 'running.stepping.acting'],
    ['checks after the last step', [...ACTING, STEP_OK, BEGUN, STEP_OK], 'running.stepping.checkpoint'],
    ['checks after a failed step', [...ACTING, STEP_FAILED], 'running.stepping.checkpoint'],
    ['settles after the last step', [...ACTING, STEP_OK, BEGUN, STEP_OK, CHECKED], 'running.settling'],
    ['settles at once after a failed step', [...ACTING, STEP_FAILED, CHECKED], 'running.settling'],
    ['passes when it has settled', TO_PASS, 'pass'],
    ['fails when a step failed', [...ACTING, STEP_FAILED, CHECKED, SETTLED], 'fail'],
    ['aborts on CANCEL while acting', [...ACTING, CANCEL], 'cancelling.aborting'],
    ['aborts on CANCEL while launching', [CLAIM, CANCEL], 'cancelling.aborting'],
    ['lets CANCEL win while settling', [...TO_PASS.slice(0, -1), CANCEL], 'cancelling.closing'],
    ['closes when the call has returned', [...ACTING, CANCEL, INTERRUPTED], 'cancelling.closing'],
    ['is fail when the context is closed', [...ACTING, CANCEL, INTERRUPTED, CLOSED], 'fail'],
    ['ends a queued run with CANCEL at once', [CANCEL], 'fail'],
    ['fails on STALE from anywhere', [...ACTING, STALE], 'fail'],
    ['ignores CANCEL when it is final', [...TO_PASS, CANCEL], 'pass'],
  ])('%s', (_, events, state) => {
    expect(stateOf(given(...events))).toBe(state);
  });

  it('I4: climbs the ladder by deadlines when nothing answers, and leaves cancelling at the last', () => {
    const states = [];
    let snapshot = given(...ACTING, CANCEL);
    for (const rung of ['abort', 'close', 'kill']) {
      snapshot = apply(snapshot, deadline(rung));
      states.push(stateOf(snapshot));
    }
    expect(states).toEqual(['cancelling.closing', 'cancelling.killing', 'fail']);
  });

  it('I4: gives every rung an absolute deadline within the grace budget, counted from the cancel', () => {
    const aborting = given(...ACTING, { ...CANCEL, at: 5_000 } as TestEvent);
    expect(until(aborting, 'abortDeadline')).toBe(5_000 + BUDGET.abort);
    const closing = apply(aborting, INTERRUPTED);
    expect(until(closing, 'closeDeadline')).toBe(5_000 + BUDGET.close);
    const killing = apply(closing, { type: 'xstate.error.actor.close' });
    expect(until(killing, 'killDeadline')).toBe(5_000 + 2_500);
  });

  it('I8: counts the deadline of settling from the failure before it, not from the start of that effect', () => {
    const late: TestEvent = { type: 'xstate.done.actor.stepDeadline', output: { at: 9_000 } };
    const failed: TestEvent = {
      type: 'xstate.error.actor.launch',
      error: new EffectError(8_000, new Error('no browser')),
    };
    expect(until(given(...ACTING, late), 'settleDeadline')).toBe(9_000 + BUDGET.settle);
    expect(until(given(CLAIM, failed), 'settleDeadline')).toBe(8_000 + BUDGET.settle);
  });

  describe.each<[string, TestEvent, string]>([
    ['failed', { type: 'xstate.error.actor.launch', error: new Error('no browser') }, 'launch_failed'],
    ['took too long', deadline('launch'), 'launch_timeout'],
    [
      'could not know what was typed before',
      {
        type: 'xstate.error.actor.launch',
        error: new EffectError(8_000, new Error('no key'), 'secrets_unopened'),
      },
      'secrets_unopened',
    ],
  ])('a launch that %s', (_, failed, stopReason) => {
    const returned = given(CLAIM, failed, SETTLED);

    it('I13: takes the run back to the queue when its browser is closed, with nothing of it left behind', () => {
      expect(stateOf(given(CLAIM, failed))).toBe('running.settling');
      expect(stateOf(returned)).toBe('running.queued');
      const { now: _now, ...fresh } = given().context;
      expect(returned.context).toMatchObject({ ...fresh, returned: true });
      expect(returned.context).toMatchObject({
        error: undefined,
        stopReason: undefined,
        deadline: undefined,
      });
    });

    it('does so once, also in a second attempt', () => {
      for (const before of [returned, apply(apply(returned, CLAIM), { type: 'REQUEUE', at: 1 })]) {
        const ended = [CLAIM, failed, SETTLED].reduce(apply, before);
        expect(stateOf(ended)).toBe('fail');
        expect(ended.context.stopReason).toBe(stopReason);
      }
    });

    it('I3, I8: ends the run if it is cancelled meanwhile, or if its browser does not close', () => {
      expect(stateOf(given(CLAIM, failed, CANCEL, SETTLED, CLOSED))).toBe('fail');
      expect(given(CLAIM, failed, CANCEL, CLOSED).context.cancel).toMatchObject({ source: 'user' });
      expect(stateOf(apply(returned, CANCEL))).toBe('fail');
      expect(stateOf(given(CLAIM, failed, deadline('settle')))).toBe('fail');
    });
  });

  it('I5: what ends for another reason while it launches does not go back', () => {
    expect(stateOf(given(CLAIM, deadline('run'), SETTLED))).toBe('fail');
    expect(stateOf(given(...ACTING, STEP_FAILED, CHECKED, SETTLED))).toBe('fail');
  });

  it('I9: keeps the first reason of a failure, and a step that its deadline cut off as a failed one', () => {
    const late: TestEvent = { type: 'xstate.done.actor.stepDeadline', output: { at: 9_000 } };
    const unclosed: TestEvent = { type: 'xstate.done.actor.settleDeadline', output: { at: 19_000 } };
    const { context } = given(...ACTING, late, unclosed);
    expect(context).toMatchObject({ stopReason: 'step_timeout', done: 1, lastStep: { index: 0, ok: false } });
    expect(context.error).toBeUndefined();
    expect(given(...ACTING, STEP_FAILED, CHECKED, unclosed).context.stopReason).toBe('step_failed');
  });

  it('lets a user who asks later outrank the shutdown of a runner, without softening it', () => {
    const shutdown: TestEvent = { type: 'CANCEL', at: 1, source: 'shutdown', mode: 'force' };
    const asked = given(...ACTING, shutdown, { ...CANCEL, reason: 'mine' } as TestEvent).context.cancel;
    expect(asked).toMatchObject({ source: 'user', reason: 'mine', mode: 'force' });
    expect(given(...ACTING, CANCEL, shutdown).context.cancel).toMatchObject({ source: 'user' });
  });

  it('I13: closes its own context for a forced cancel, and kills the browser only if that does not help', () => {
    const force: TestEvent = { type: 'CANCEL', at: 1_000, source: 'user', mode: 'force' };
    const harder = { ...force, at: 1_200 };
    for (const received of [[force], [CANCEL, harder], [force, CANCEL], [CANCEL, INTERRUPTED, harder]])
      expect(stateOf(given(...ACTING, ...received))).toBe('cancelling.closing');
    expect(stateOf(given(...ACTING, CANCEL, CANCEL))).toBe('cancelling.aborting');
    expect(stateOf(given(...ACTING, force, CLOSED))).toBe('fail');
    const late: TestEvent = { type: 'xstate.done.actor.closeDeadline', output: { at: 2_000 } };
    expect(stateOf(given(...ACTING, force, late))).toBe('cancelling.killing');
    expect(stateOf(given(...ACTING, CANCEL, INTERRUPTED, late, harder))).toBe('cancelling.killing');
  });

  it('I4: gives a forced closing a short time from when a user insisted, and never more than the others have', () => {
    const force = (at: number): TestEvent => ({ type: 'CANCEL', at, source: 'user', mode: 'force' });
    expect(until(given(...ACTING, force(5_000)), 'closeDeadline')).toBe(5_000 + BUDGET.forcedClose);
    const closing = given(...ACTING, { ...CANCEL, at: 5_000 } as TestEvent, INTERRUPTED);
    expect(until(apply(closing, force(5_300)), 'closeDeadline')).toBe(5_300 + BUDGET.forcedClose);
    expect(until(apply(closing, force(6_900)), 'closeDeadline')).toBe(5_000 + BUDGET.close);
  });

  it.each<[string, TestEvent[], string]>([
    ['a cancel', [CANCEL, INTERRUPTED], 'the run was cancelled'],
    ['a cancel whose abort is of no use', [CANCEL, deadline('abort')], 'the run was cancelled'],
    [
      'a cancel whose abort fails',
      [CANCEL, { type: 'xstate.error.actor.interrupted', error: new Error('no') }],
      'the run was cancelled',
    ],
    ['a forced cancel', [{ type: 'CANCEL', at: 1, source: 'user', mode: 'force' }], 'the run was cancelled'],
    [
      'a cancel that hardens',
      [CANCEL, { type: 'CANCEL', at: 1, source: 'user', mode: 'force' }],
      'the run was cancelled',
    ],
    ['the end of its time', [deadline('run')], 'the run took longer than its maximum duration'],
    ['the loss of its runner', [STALE], 'its runner was lost'],
    ['an outage', [{ ...STALE, loss: 'outage' } as TestEvent], 'PostgreSQL was out of reach'],
    ['the loss of its runner in a cancel', [CANCEL, STALE], 'its runner was lost'],
  ])('I9: a step that is cut off by %s has an outcome, once', (_, received, why) => {
    const cut = { index: 0, ok: false, error: `interrupted: ${why}`, interrupted: true };
    const ended = given(...ACTING, ...received);
    expect(ended.context).toMatchObject({ done: 1, lastStep: cut, failed: true });
    const over = given(...ACTING, ...received, CLOSED, SETTLED, STALE);
    expect(stateOf(over)).toBe('fail');
    expect(over.context).toMatchObject({ done: 1, lastStep: cut });
  });

  it.each<[string, TestEvent, string]>([
    ['a cancel', CANCEL, 'the run was cancelled'],
    ['the end of its time', deadline('run'), 'the run took longer than its maximum duration'],
    ['a forced cancel', { ...CANCEL, mode: 'force' } as TestEvent, 'the run was cancelled'],
    ['a commit that takes too long', deadline('step'), 'what came before could not be stored'],
    [
      'a commit that fails',
      { type: 'xstate.error.actor.step', error: new EffectError(7, new Error('gone')) },
      'what came before could not be stored',
    ],
  ])(
    'I9: between two steps %s keeps the next one from beginning, and it is no step that was interrupted',
    (_, received, why) => {
      const { context } = given(...ACTING, STEP_OK, received, INTERRUPTED, CLOSED);
      const lastStep = { index: 1, ok: false, error: `not begun: ${why}`, interrupted: true, begun: false };
      expect(context).toMatchObject({ done: 2, lastStep });
      expect(context.interrupted).toBeUndefined();
    },
  );

  it('I9, I16: the step that a lost runner had announced counts as interrupted, since it may have begun', () => {
    const { context } = given(...ACTING, STEP_OK, STALE);
    const error = 'interrupted: its runner was lost';
    expect(context.lastStep).toEqual({ index: 1, ok: false, error, interrupted: true });
  });

  it('I4: a step has its own time from its beginning on, and what it waits for before that has another', () => {
    const begun = { ...BEGUN, output: { at: 5_000, ok: true } } as TestEvent;
    expect(until(given(CLAIM, LAUNCHED), 'stepDeadline')).toBe(1_000 + BUDGET.checkpoint);
    expect(until(given(CLAIM, LAUNCHED, begun), 'stepDeadline')).toBe(5_000 + 1_000 + BUDGET.stepSlack);
    expect(given(CLAIM, LAUNCHED, deadline('step')).context.stopReason).toBe('commit_timeout');
    expect(given(CLAIM, LAUNCHED, begun, deadline('step')).context.stopReason).toBe('step_timeout');
  });

  it('I9: after the last step there is none to cut off', () => {
    for (const received of [CANCEL, STALE, deadline('run')])
      expect(given(...ACTING, STEP_OK, BEGUN, STEP_OK, received, INTERRUPTED, CLOSED).context).toMatchObject({
        done: 2,
        lastStep: { index: 1, ok: true },
      });
  });

  it('I9: a step whose effect fails has that as its outcome', () => {
    const broken: TestEvent = {
      type: 'xstate.error.actor.step',
      error: new EffectError(7, new Error('gone')),
    };
    expect(given(...ACTING, broken).context).toMatchObject({
      now: 7,
      done: 1,
      stopReason: 'step_failed',
      lastStep: { index: 0, ok: false, error: 'gone' },
    });
  });

  it('I9: keeps the result of a step that ended by itself while the abort was on its way', () => {
    const completed: TestEvent = {
      type: 'xstate.done.actor.interrupted',
      output: { at: 1, step: { at: 1, ok: true } },
    };
    const interrupted = given(...ACTING, CANCEL, INTERRUPTED).context;
    expect(interrupted).toMatchObject({ done: 1, interrupted: 0, lastStep: { index: 0, ok: false } });
    expect(given(...ACTING, CANCEL, completed).context).toMatchObject({
      done: 1,
      lastStep: { index: 0, ok: true },
    });
  });
});

describe('a run with a maximum duration', () => {
  const limited = (...events: TestEvent[]) =>
    events.reduce(apply, initialSnapshot({ stepTimeouts: [1_000], maxDurationMs: 5_000, budget: BUDGET }));

  it('counts from the claim, through launching and all steps', () => {
    expect(until(limited(CLAIM), 'runDeadline')).toBe(6_000);
    expect(
      until(limited(...ACTING, { ...STEP_OK, output: { at: 3_000, ok: true } } as TestEvent), 'runDeadline'),
    ).toBe(6_000);
    expect(until(given(CLAIM), 'runDeadline')).toBeNull();
  });

  it.each<[string, TestEvent[]]>([
    ['launching', [CLAIM]],
    ['acting', ACTING],
    ['at a checkpoint', [...ACTING, STEP_OK]],
  ])('fails with the reason when it is over while %s', (_, events) => {
    const over = limited(...events, deadline('run', 6_000));
    expect(stateOf(over)).toBe('running.settling');
    const { stopReason, error } = apply(over, SETTLED).context;
    expect(stopReason).toBe('deadline');
    expect(error).toContain('maximum duration');
    expect(stateOf(apply(over, SETTLED))).toBe('fail');
  });
});

describe('a run whose runner is lost', () => {
  const REQUEUE: TestEvent = { type: 'REQUEUE', at: 9_000 };
  const NO_BROWSER: TestEvent = {
    type: 'xstate.error.actor.launch',
    error: new EffectError(8_000, new Error('no browser')),
  };

  it.each<[string, TestEvent[]]>([
    ['waits for its claim to be stored', []],
    ['is launched', [CLAIM]],
  ])('returns to the queue in the same attempt if it %s, with nothing of it left behind', (_, received) => {
    const returned = given(...received, REQUEUE);
    expect(stateOf(returned)).toBe('running.queued');
    expect(returned.context).toEqual({ ...given().context, now: 9_000, returned: true });
    expect(stateOf(TO_PASS.reduce(apply, returned))).toBe('pass');
  });

  it('returns once, also in a second attempt, and uses its restart after that', () => {
    const again = [REQUEUE, CLAIM, REQUEUE].reduce(apply, given(CLAIM));
    expect(again.context).toMatchObject({ attempt: 2, returned: true, now: 9_000 });
    expect(stateOf(again)).toBe('running.queued');
    expect(stateOf([CLAIM, REQUEUE].reduce(apply, again))).toBe('running.launching');

    const second = [REQUEUE, CLAIM, REQUEUE].reduce(apply, given(...ACTING));
    expect(second.context).toMatchObject({ attempt: 2, returned: true });
    expect(stateOf(second)).toBe('running.queued');
    expect(stateOf([CLAIM, REQUEUE].reduce(apply, second))).toBe('running.launching');
  });

  it('has returned once for both reasons: a launch that failed, and a lost runner', () => {
    const failedFirst = [CLAIM, REQUEUE].reduce(apply, given(CLAIM, NO_BROWSER, SETTLED));
    expect(failedFirst.context).toMatchObject({ attempt: 2, returned: true });
    const lostFirst = [CLAIM, NO_BROWSER, SETTLED].reduce(apply, given(CLAIM, REQUEUE));
    expect(stateOf(lostFirst)).toBe('fail');
    expect(lostFirst.context.stopReason).toBe('launch_failed');
  });

  it('I3: does not return once it has taken a cancel', () => {
    expect(stateOf(given(CLAIM, CANCEL, REQUEUE))).toBe('cancelling.aborting');
  });

  it('starts its flow again from the first step, and remembers that it did', () => {
    const again = given(...ACTING, STEP_OK, REQUEUE);
    expect(stateOf(again)).toBe('running.queued');
    expect(again.context).toMatchObject({ done: 0, attempt: 2, failed: false, now: 9_000 });
    expect(again.context.lastStep).toBeUndefined();
    expect(stateOf(TO_PASS.reduce(apply, again))).toBe('pass');
  });

  it('forgets the failure of the lost attempt', () => {
    const again = given(...ACTING, STEP_FAILED, CHECKED, REQUEUE);
    expect(again.context.stopReason).toBeUndefined();
    expect(stateOf(TO_PASS.reduce(apply, again))).toBe('pass');
  });

  it('starts again once at most, and never after a cancel', () => {
    expect(stateOf(given(...ACTING, REQUEUE, ...ACTING, REQUEUE))).toBe('running.stepping.acting');
    expect(stateOf(given(...ACTING, CANCEL, REQUEUE))).toBe('cancelling.aborting');
    expect(stateOf(given(...TO_PASS, REQUEUE))).toBe('pass');
  });
});
