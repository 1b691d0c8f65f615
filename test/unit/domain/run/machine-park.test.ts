/* I9: a parked run goes on with the time that it had left, and its question has one outcome. */
import { describe, expect, it } from 'vitest';
import { eventsBetween } from '#shared/domain/events/between.ts';
import { initialSnapshot, type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import {
  ANSWERED,
  ASKED,
  apply,
  BEGUN,
  CANCEL,
  CLAIM,
  LAUNCHED,
  LOST,
  NO_BROWSER,
  NOT_KEPT,
  PARKED,
  PAUSE,
  SEALED,
  SETTLED,
  STEP_FAILED,
  STEP_OK,
  type TestEvent,
} from '../../../support/database/runs.ts';
import { BUDGET, STALE } from '../../../support/model/machine-given.ts';

/** A run of two steps, the second of which asks, that may take 60 s from its claim on, which is at 1,000. */
const given = (events: TestEvent[], more: object = {}): RunSnapshot =>
  events.reduce(
    apply,
    initialSnapshot({
      stepTimeouts: [1_000, 1_000],
      questions: { 1: { timeoutMs: 600_000 } },
      maxDurationMs: 60_000,
      cleanupSteps: 1,
      parkAfterMs: 120_000,
      budget: BUDGET,
      ...more,
    }),
  );
const after = (events: TestEvent[], more?: object) => stateOf(given(events, more));
const ASKING: TestEvent[] = [CLAIM, LAUNCHED, BEGUN, STEP_OK, BEGUN, ASKED];
const IS_PARKED: TestEvent[] = [...ASKING, SEALED, PARKED];
const HELD: TestEvent[] = [CLAIM, LAUNCHED, BEGUN, STEP_FAILED];
const STAYS = { pauseOnFailureMs: 600_000 };
const late = (type: string, at: number): TestEvent => ({
  type: `xstate.done.actor.${type}`,
  output: { at, ok: true },
});
const expired = (why: 'unclaimed' | 'unattended'): TestEvent => ({
  type: 'EXPIRE',
  at: 9_000,
  why,
  error: 'no runner',
});
const typesOf = (events: TestEvent[], last: TestEvent, more?: object) => {
  const before = given(events, more);
  const describe = { step: () => ({}), evidence: () => ({}) };
  return eventsBetween(before, apply(before, last), describe).map(({ type }) => type);
};

describe('a run that waits for a person', () => {
  it.each<[string, TestEvent[], string, object?]>([
    ['closes its browser once what it needs is kept', [...ASKING, SEALED], 'running.stepping.parking'],
    ['stays where it is if that cannot be kept', [...ASKING, NOT_KEPT], 'running.stepping.asking'],
    ['is parked then', IS_PARKED, 'running.parked'],
    ['is parked from a pause, too', [...HELD, SEALED, PARKED], 'running.parked', STAYS],
    ['is parked when its runner is lost', [...ASKING, LOST], 'running.parked'],
    ['is parked when that is lost while its browser closes', [...ASKING, SEALED, LOST], 'running.parked'],
    [
      'is where it was once its page is open again',
      [...IS_PARKED, CLAIM, LAUNCHED],
      'running.stepping.asking',
    ],
    ['is paused again', [...HELD, SEALED, PARKED, CLAIM, LAUNCHED], 'running.stepping.paused', STAYS],
    ['is parked again when that runner is lost', [...IS_PARKED, CLAIM, LOST], 'running.parked'],
    ['returns when no browser starts for it', [...IS_PARKED, CLAIM, NO_BROWSER, SETTLED], 'running.queued'],
    ['fails the second time', [...IS_PARKED, CLAIM, NO_BROWSER, SETTLED, CLAIM, NO_BROWSER, SETTLED], 'fail'],
    ['is stopped at once', [...IS_PARKED, CANCEL], 'fail'],
    ['is not cleaned up after, for want of a page', [...ASKING, SEALED, CANCEL], 'cancelling.closing'],
    ['ends when no runner takes it', [...IS_PARKED, expired('unclaimed')], 'fail'],
    ['ends when no person is there in time', [...IS_PARKED, expired('unattended')], 'fail'],
    ['is no loss before it waits', [CLAIM, LAUNCHED, BEGUN, LOST], 'running.stepping.acting'],
    ['goes on with its flow', [...IS_PARKED, CLAIM, LAUNCHED, ANSWERED], 'running.stepping.checkpoint'],
  ])('%s', (_, events, state, more) => {
    expect(after(events, more)).toBe(state);
  });

  it('has the time that it had left, whatever that of the person was', () => {
    const since = given(ASKING).context.askedAt!;
    const deadline = given(ASKING).context.deadline!;
    const parked = given(IS_PARKED);
    expect(parked.context).toMatchObject({ parked: { why: 'waited', leftMs: deadline - since } });
    expect(parked.context.deadline).toBeUndefined();
    const opened = [{ type: 'CLAIM', at: 500_000 } as TestEvent, late('launch', 501_000)].reduce(
      apply,
      parked,
    );
    const { deadline: now } = apply(opened, late('answer', 501_100)).context;
    expect(now! - 501_100).toBe(deadline - since);
  });

  it('says that it asks once, that it is parked each time, and why', () => {
    expect(typesOf(IS_PARKED.slice(0, -1), PARKED)).toEqual(['transition', 'run_parked']);
    expect(typesOf([...IS_PARKED, CLAIM], LAUNCHED)).toEqual(['transition', 'run_reopened']);
    expect(typesOf([...IS_PARKED, CLAIM, LAUNCHED], ANSWERED)).toContain('resumed');
    // It was claimed, which was not stored.
    expect(typesOf(IS_PARKED, LOST)).toEqual(['run_parked']);
    expect(given([...IS_PARKED, LOST]).context.parked).toMatchObject({ why: 'lost', losses: 1 });
  });

  it('I9: has an outcome of its question, however it ends', () => {
    for (const last of [CANCEL, STALE, expired('unclaimed'), expired('unattended')])
      expect(typesOf(IS_PARKED, last)).toContain('step_failure');
    expect(typesOf([...HELD, SEALED, PARKED], PAUSE, STAYS)).not.toContain('step_failure');
  });
});
