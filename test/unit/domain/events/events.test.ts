/* I3, I6, I9: every transition tells its events, and `run_end` is the last, with how the run has ended. */
import { describe, expect, it } from 'vitest';
import { eventsBetween } from '#shared/domain/events/between.ts';
import type { StepDescriber } from '#shared/domain/events/describer.ts';
import { initialSnapshot, type RunSnapshot, statusOf } from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CHECKED,
  CLAIM,
  CLEANED,
  CLOSED,
  INTERRUPTED,
  LAUNCHED,
  SETTLED,
  STEP_FAILED,
  STEP_OK,
  TEST_BUDGET,
  TEST_FLOW,
  type TestEvent,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { givenCareful } from '../../../support/model/machine-given.ts';
import { everyMove, explore } from '../../../support/model/machine-world.ts';

const fresh = () => initialSnapshot({ stepTimeouts: [1_000, 1_000], budget: TEST_BUDGET });
const describeStep: StepDescriber = {
  step: (index) => ({ ...TEST_FLOW.steps[index] }),
  evidence: (index) => ({ screenshotPath: `step-${index}.png` }),
};
const between = (before: RunSnapshot, after: RunSnapshot) => eventsBetween(before, after, describeStep);

/** The events of the last of these. */
function eventsOf(...received: TestEvent[]) {
  const before = received.slice(0, -1).reduce(apply, fresh());
  return between(before, apply(before, received.at(-1)!));
}
const lastOf = (...received: TestEvent[]) => eventsOf(...received).at(-1);
const ACTING = [CLAIM, LAUNCHED, BEGUN];
const AT = '1970-01-01T00:00:01.000Z';
const GOTO = { action: 'goto', url: '/' };

describe('the events of a transition', () => {
  it('says from which state to which it went', () => {
    expect(eventsOf(CLAIM)).toEqual([
      { type: 'transition', payload: { from: 'running.queued', to: 'running.launching', at: AT } },
    ]);
  });

  it('tells that the machine took a cancel, how it heard of it, and again only if it is harder or counts more', () => {
    const received = { ...CANCEL, reason: 'enough', via: 'heartbeat' } as TestEvent;
    expect(eventsOf(...ACTING, received)[0]).toEqual({
      type: 'cancel',
      stepIndex: 0,
      payload: {
        source: 'user',
        mode: 'graceful',
        reason: 'enough',
        via: 'heartbeat',
        at: AT,
        state: 'running.stepping.acting',
      },
    });
    expect(eventsOf(...ACTING, CANCEL, CANCEL)).toEqual([]);
    const force: TestEvent = { type: 'CANCEL', at: 2_000, source: 'user', mode: 'force' };
    expect(eventsOf(...ACTING, CANCEL, force)[0]).toMatchObject({
      type: 'cancel',
      payload: { mode: 'force', at: '1970-01-01T00:00:02.000Z', state: 'cancelling.aborting' },
    });
  });

  it('announces and reports the steps that clean up, by names of their own', () => {
    const careful = (...events: TestEvent[]) =>
      events.reduce(apply, initialSnapshot({ stepTimeouts: [1_000], cleanupSteps: 2, budget: TEST_BUDGET }));
    const aborting = careful(...ACTING, CANCEL);
    const first = apply(aborting, INTERRUPTED);
    const second = apply(first, CLEANED);
    const failed: TestEvent = {
      type: 'xstate.done.actor.cleanup',
      output: { at: 1, ok: false, error: 'no' },
    };
    const types = (before: RunSnapshot, after: RunSnapshot) =>
      between(before, after).map(
        (event) => `${event.type} ${'stepIndex' in event ? event.stepIndex : undefined}`,
      );
    expect(types(aborting, first)).toEqual(['step_failure 0', 'transition undefined', 'cleanup_start 0']);
    expect(types(first, second)).toEqual(['cleanup_success 0', 'cleanup_start 1']);
    expect(types(second, apply(second, failed))).toEqual(['cleanup_failure 1', 'transition undefined']);
  });

  it('says at the end of a cancel what became of the browser', () => {
    const closed = { ...CLOSED, output: { at: 1_000, browserPid: 42 } } as TestEvent;
    expect(eventsOf(...ACTING, CANCEL, INTERRUPTED, closed)[0]?.payload).toEqual({
      from: 'cancelling.closing',
      to: 'fail',
      at: AT,
      browser: { pid: 42, killed: false },
    });
  });

  it('says that the flow starts again', () => {
    expect(eventsOf(...ACTING, { type: 'REQUEUE', at: 1_000 } as TestEvent)).toEqual([
      { type: 'requeued', payload: { attempt: 2, at: AT } },
      {
        type: 'transition',
        payload: { from: 'running.stepping.acting', to: 'running.queued', at: AT },
      },
    ]);
  });

  it('says that a run goes back to the queue, and why, when no browser started for it', () => {
    const noBrowser: TestEvent = { type: 'xstate.error.actor.launch', error: new Error('no browser') };
    expect(eventsOf(CLAIM, noBrowser, SETTLED)).toEqual([
      { type: 'requeued', payload: { attempt: 1, at: AT, returned: true, error: 'no browser' } },
      { type: 'transition', payload: { from: 'running.settling', to: 'running.queued', at: AT } },
    ]);
    const again = eventsOf(CLAIM, noBrowser, SETTLED, CLAIM, LAUNCHED, BEGUN, {
      type: 'REQUEUE',
      at: 1_000,
    } as TestEvent);
    expect(again[0]).toEqual({ type: 'requeued', payload: { attempt: 2, at: AT } });
  });

  it('I16: says that a run goes back to the queue whose runner was lost before anything began, in the same attempt', () => {
    const REQUEUE: TestEvent = { type: 'REQUEUE', at: 1_000 };
    const returned = { type: 'requeued', payload: { attempt: 1, at: AT, returned: true } };
    expect(eventsOf(REQUEUE)).toEqual([returned]);
    expect(eventsOf(CLAIM, REQUEUE)).toEqual([
      returned,
      { type: 'transition', payload: { from: 'running.launching', to: 'running.queued', at: AT } },
    ]);
    expect(eventsOf(CLAIM, REQUEUE, CLAIM, REQUEUE)[0]).toEqual({
      type: 'requeued',
      payload: { attempt: 2, at: AT },
    });
    expect(eventsOf(...ACTING, REQUEUE, CLAIM, REQUEUE)[0]).toEqual({
      type: 'requeued',
      payload: { attempt: 2, at: AT, returned: true },
    });
  });

  it('tells what is different from what the flow asked for, once the browser is there', () => {
    const notice = { code: 'no_display', text: 'there is no display' } as const;
    const launching = [CLAIM].reduce(apply, fresh());
    const describe = { ...describeStep, notices: () => [notice] };
    const events = eventsBetween(launching, apply(launching, LAUNCHED), describe);
    expect(events.map(({ type }) => type)).toEqual(['transition', 'notice', 'transition', 'step_start']);
    expect(events[1]).toEqual({ type: 'notice', payload: { ...notice, at: AT } });
    const stepping = apply(launching, LAUNCHED);
    expect(eventsBetween(stepping, apply(stepping, BEGUN), describe)).toEqual([]);
  });

  it('I16: says just before its end why a run has no video that was recorded', () => {
    const notice = { code: 'video_not_kept', text: 'there is no video' } as const;
    const settling = TO_PASS.slice(0, -1).reduce(apply, fresh());
    const endsOf = (end: TestEvent, noVideo: StepDescriber['noVideo']) =>
      eventsBetween(settling, apply(settling, end), { ...describeStep, ...(noVideo && { noVideo }) });
    const [moved, noticed, end] = endsOf(SETTLED, () => notice);
    expect([moved?.type, noticed?.type, end?.type]).toEqual(['transition', 'notice', 'run_end']);
    expect(noticed?.payload).toEqual({ ...notice, at: AT });
    const kept = { ...SETTLED, output: { at: 1_000, videoPath: 'v.webm' } } as TestEvent;
    expect(endsOf(kept, () => notice)).toHaveLength(2);
    expect(endsOf(SETTLED, () => undefined)).toHaveLength(2);
    expect(endsOf(SETTLED, undefined)).toHaveLength(2);
  });

  it('announces a step past its checkpoint, and does not say when that begins', () => {
    const [acting, checkpoint] = ['running.stepping.acting', 'running.stepping.checkpoint'];
    const passed = { from: checkpoint, to: acting, cause: { kind: 'done', name: 'checkpoint' } };
    expect(eventsOf(CLAIM, LAUNCHED)).toEqual([
      { type: 'transition', payload: { from: 'running.launching', to: checkpoint, at: AT } },
      { type: 'transition', payload: passed },
      { type: 'step_start', stepIndex: 0, payload: { step: GOTO } },
    ]);
    expect(eventsOf(...ACTING)).toEqual([]);
    expect(eventsOf(...ACTING, STEP_OK).slice(1)).toMatchObject([
      { payload: { from: acting, to: checkpoint, at: AT } },
      { payload: passed },
      { type: 'step_start', stepIndex: 1 },
    ]);
  });

  it('reports a step that succeeded with its evidence, before the transition', () => {
    expect(eventsOf(...ACTING, STEP_OK)[0]).toEqual({
      type: 'step_success',
      stepIndex: 0,
      payload: { step: GOTO, at: AT, screenshotPath: 'step-0.png' },
    });
  });

  it('reports a step that failed with its error', () => {
    expect(eventsOf(...ACTING, STEP_FAILED)[0]).toEqual({
      type: 'step_failure',
      stepIndex: 0,
      payload: { step: GOTO, at: AT, error: 'no such button', screenshotPath: 'step-0.png' },
    });
  });

  it('I9: reports a step that ended by itself while it was being aborted', () => {
    const step = { at: 1, ok: true };
    const interrupted: TestEvent = { type: 'xstate.done.actor.interrupted', output: { at: 1, step } };
    expect(eventsOf(...ACTING, CANCEL, interrupted)[0]).toMatchObject({ type: 'step_success', stepIndex: 0 });
  });

  it('I6: reports a step that was cut off as failed, after the cancel that did it and before the end', () => {
    const cut = {
      type: 'step_failure',
      stepIndex: 0,
      payload: { step: GOTO, error: 'interrupted: the run was cancelled', interrupted: true },
    };
    const [failure, ...rest] = eventsOf(...ACTING, CANCEL, INTERRUPTED);
    expect(failure).toMatchObject(cut);
    expect(rest.map(({ type }) => type)).toEqual(['transition']);
    const forced = eventsOf(...ACTING, { ...CANCEL, mode: 'force' } as TestEvent);
    expect(forced.map(({ type }) => type)).toEqual(['cancel', 'step_failure', 'transition']);
    expect(forced[1]).toMatchObject(cut);
    const lost = eventsOf(...ACTING, { type: 'STALE', at: 1_000, source: 'supervisor' });
    expect(lost.map(({ type }) => type)).toEqual(['step_failure', 'transition', 'run_end']);
    expect(lost[0]).toMatchObject({ payload: { error: 'interrupted: its runner was lost' } });
  });

  it('says nothing of what changed nothing', () => {
    expect(eventsOf(...ACTING, CLAIM)).toEqual([]);
    expect(eventsOf(...TO_PASS, CANCEL)).toEqual([]);
    const situations = explore(givenCareful());
    expect(situations.flatMap(({ snapshot }) => between(snapshot, snapshot))).toEqual([]);
  });
});

describe('run_end', () => {
  const noBrowser: TestEvent = { type: 'xstate.error.actor.launch', error: new Error('no browser') };
  const cancel = (more: object): TestEvent => ({ ...CANCEL, ...more }) as TestEvent;
  const stale = (more: object): TestEvent => ({ type: 'STALE', at: 1_000, source: 'supervisor', ...more });
  const closed = [INTERRUPTED, CLOSED];

  it.each<[string, TestEvent[], Record<string, unknown>]>([
    ['of a pass', TO_PASS, { status: 'pass' }],
    ['of a failed step, which has said why', [...ACTING, STEP_FAILED, CHECKED, SETTLED], { status: 'fail' }],
    [
      'of a failure outside the steps',
      // Twice: after the first it goes back to the queue.
      [CLAIM, noBrowser, SETTLED, CLAIM, noBrowser, SETTLED],
      { status: 'fail', error: 'no browser' },
    ],
    [
      'of a queue that nobody serves',
      [{ type: 'EXPIRE', at: 1_000, why: 'unclaimed', error: 'no runner came' }],
      { status: 'fail', error: 'no runner came' },
    ],
    [
      "of a user's cancel",
      [...ACTING, cancel({ reason: 'wrong shop' }), ...closed],
      { status: 'fail', cancelled: true, source: 'user', reason: 'wrong shop' },
    ],
    [
      'of a shutdown',
      [...ACTING, cancel({ source: 'shutdown' }), ...closed],
      { status: 'fail', cancelled: true, source: 'shutdown' },
    ],
    ['of a queued run', [CANCEL], { status: 'fail', cancelled: true, source: 'user' }],
    [
      'of a run without an actor',
      [...ACTING, stale({})],
      { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true },
    ],
    [
      'of a run that an outage has lost',
      [...ACTING, stale({ loss: 'outage' })],
      { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true, loss: 'outage' },
    ],
    [
      'of one that a user had cancelled',
      [...ACTING, CANCEL, stale({ source: 'user', reason: 'late' })],
      { status: 'fail', cancelled: true, source: 'user', staleAfterRestart: true, reason: 'late' },
    ],
  ])('%s', (_, received, payload) => {
    expect(lastOf(...received)).toEqual({ type: 'run_end', payload: { ...payload, at: AT } });
  });

  it('I6: is the last event of whatever makes a run final, and comes nowhere else', () => {
    const wrong = everyMove(givenCareful()).filter(({ from, to }) => {
      const types = between(from, to).map(({ type }) => type);
      const ends = isFinal(statusOf(to)) && !isFinal(statusOf(from));
      return types.indexOf('run_end') !== (ends ? types.length - 1 : -1);
    });
    expect(wrong.map(({ event }) => event)).toEqual([]);
  });

  it('I3: is cancelled whatever the flow did, once the machine has taken a cancel', () => {
    for (const { from, to } of everyMove(givenCareful()).filter(({ to }) => to.context.cancel)) {
      const end = between(from, to).find(({ type }) => type === 'run_end');
      if (end) expect(end.payload).toMatchObject({ status: 'fail', cancelled: true });
    }
  });
});
