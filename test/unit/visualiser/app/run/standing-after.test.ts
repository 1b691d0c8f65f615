/* A watched run has no outcome before its events say which. */
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '#shared/domain/run/outcome.ts';
import { standingAfter } from '../../../../../services/visualiser/app/run/standing-after.ts';
import { CANCELLED_RUN, eventsOf, isoAt, STARTED_AT } from '../../../../support/model/stored-run.ts';

const run = { startedAt: new Date(STARTED_AT).toISOString() };
const ended = (payload: object) => eventsOf([[500, 'run_end', { at: isoAt(500), ...payload }]]);

describe('how a watched run stands', () => {
  it('has no end before its last event says which, whatever its status is', () => {
    expect(standingAfter(CANCELLED_RUN.slice(0, -1), 'fail', run)).toEqual({});
    expect(standingAfter([], 'cancelling', run)).toEqual({ status: 'cancelling' });
    expect(standingAfter([], undefined, run)).toEqual({});
  });

  it('is cancelled, with who asked and why, as soon as that is over', () => {
    const stands = standingAfter(CANCELLED_RUN, 'fail', run);
    expect(stands).toMatchObject({
      status: 'fail',
      outcome: 'cancelled',
      durationMs: 1_500,
      cancel: { source: 'user', reason: 'enough', requestedAt: isoAt(1_330) },
    });
    expect(outcomeOf({ status: 'fail', ...stands })).toBe('cancelled');
  });

  it('keeps what is known of its cancel', () => {
    const cancel = { source: 'user', requestedAt: isoAt(1_300), reason: 'known', mode: 'force' } as const;
    expect(standingAfter(CANCELLED_RUN, 'fail', { ...run, cancel }).cancel).toEqual(cancel);
  });

  it.each([
    [{ status: 'fail', cancelled: true, source: 'supervisor' }, 'lost'],
    [{ status: 'fail', cancelled: true, source: 'shutdown' }, 'cancelled'],
    [{ status: 'fail' }, 'fail'],
    [{ status: 'pass' }, 'pass'],
  ])('is as its end says: %j', (payload, outcome) => {
    const stands = standingAfter(ended(payload), undefined, run);
    expect(stands).toMatchObject({ outcome, durationMs: 500 });
    expect(outcomeOf({ status: 'fail', ...stands })).toBe(outcome);
  });
});
