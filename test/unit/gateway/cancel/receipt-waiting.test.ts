/* I4: the receipt of a cancel under way says what it waits for, and what comes next and when. */
import { describe, expect, it } from 'vitest';
import { receiptOf } from '../../../../services/gateway/cancel/receipt.ts';
import { ACTING, cancel, done, historyOf, START } from '../../../support/model/cancel-history.ts';
import { at, hop, RECEIPT_OPTIONS, receiptFor } from '../../../support/model/receipts.ts';

describe('the receipt of a cancel that is under way', () => {
  const atomic = { atomicSteps: [0], cleanupSteps: 2 };
  const toAborting = [...ACTING, cancel(104)];
  const toClosing = [...toAborting, done('interrupted', 110)];

  it.each([
    [
      'cancelling.finishing',
      toAborting,
      atomic,
      { code: 'atomic_step', for: 'its atomic step to end' },
      'cancelling.aborting',
      104 + 875,
    ],
    [
      'cancelling.aborting',
      toAborting,
      {},
      { code: 'interrupted_call', for: 'the interrupted call to return' },
      'cancelling.closing',
      104 + 375,
    ],
    [
      'cancelling.cleaning',
      toClosing,
      { cleanupSteps: 2 },
      { code: 'on_cancel_steps', for: 'its onCancel steps to end' },
      'cancelling.closing',
      104 + 1_500,
    ],
    [
      'cancelling.closing',
      toClosing,
      {},
      { code: 'context_close', for: 'its browser context to close' },
      'cancelling.killing',
      104 + 2_000,
    ],
    [
      'cancelling.killing',
      [...toClosing, done('closeDeadline', 2_104)],
      {},
      { code: 'browser_kill', for: 'its browser to be killed' },
      'fail',
      104 + 2_500,
    ],
  ])(
    'I4: in %s says what it waits for and when the next rung comes',
    (state, received, input, waitsFor, next, ms) => {
      const row = historyOf(received, input);
      const receipt = receiptFor(row)!;
      expect(receipt).toMatchObject({ status: 'cancelling', state });
      expect(receipt.waiting).toEqual({
        ...waitsFor,
        next: { state: next, at: at(ms), inMs: START + ms - row.now.getTime() },
      });
      for (const absent of ['final', 'totalMs', 'browser']) expect(receipt).not.toHaveProperty(absent);
    },
  );

  it('a rung whose time has come is next at once', () => {
    const row = historyOf(toAborting);
    const receipt = receiptOf(row, row.events, new Date(START + 60_000), RECEIPT_OPTIONS)!;
    expect(receipt.waiting!.next).toEqual({ state: 'cancelling.closing', at: at(104 + 375), inMs: 0 });
  });

  it('not delivered yet, it waits for the runner, and then for a supervisor', () => {
    const receipt = receiptFor(historyOf(ACTING, {}, { now: new Date(START + 1_102) }))!;
    expect(receipt).toMatchObject({
      status: 'cancelling',
      state: 'running.stepping.acting',
      stored: hop(102, 2),
    });
    expect(receipt).not.toHaveProperty('delivered');
    expect(receipt.waiting).toEqual({
      code: 'delivery',
      for: 'its runner to take the request',
      next: { state: 'fail', at: at(102 + 14_500), inMs: 13_500 },
    });
  });

  it('a queued run waits for a supervisor, and so does one whose runner is lost', () => {
    const queued = historyOf([], {}, { owner: null, epoch: 0, now: new Date(START + 110) });
    expect(receiptFor(queued)!.waiting).toEqual({
      code: 'supervisor_no_runner',
      for: 'a supervisor to end it: no runner has it',
    });
    const lost = { ownerLost: true, leaseUntil: new Date(START + 900), now: new Date(START + 200) };
    expect(receiptFor(historyOf(ACTING, {}, lost))!.waiting).toEqual({
      code: 'supervisor_runner_lost',
      for: 'a supervisor to end it: its runner is lost',
      next: { state: 'fail', at: at(900), inMs: 700 },
    });
  });

  it('of a machine that cannot be read, knows when a supervisor takes over', () => {
    const row = historyOf(toAborting, {}, { snapshot: { version: 99 } });
    expect(receiptFor(row)!.waiting).toEqual({
      code: 'interrupted_call',
      for: 'the interrupted call to return',
      next: expect.objectContaining({ state: 'fail', at: at(102 + 14_500) }),
    });
  });
});
