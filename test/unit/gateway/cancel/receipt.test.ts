/* I4, I8, I16: a receipt shows every hop that a cancel took, with its time, and claims nothing that is not known. */
import { describe, expect, it } from 'vitest';
import {
  ACTING,
  cancel,
  claim,
  done,
  failed,
  historyOf,
  OWNER,
  START,
  stale,
} from '../../../support/model/cancel-history.ts';
import { at, hop, RECEIPT_OPTIONS, receiptFor } from '../../../support/model/receipts.ts';

const VERDICT = {
  why: 'owner_gone',
  owner: OWNER,
  epoch: 1,
  lastHeartbeat: at(50),
  browser: 'gone',
} as const;

describe('the receipt of a cancel that is over', () => {
  it('shows every hop of a graceful one, with the time that each took', () => {
    const row = historyOf(
      [...ACTING, cancel(104), done('interrupted', 110), done('close', 130, { browserPid: 42 })],
      {},
      { reason: 'wrong shop', screenshots: 2, steps: 1, video: true },
    );
    expect(receiptFor(row)).toEqual({
      id: row.id,
      status: 'fail',
      state: 'fail',
      requested: {
        at: at(100),
        source: 'user',
        mode: 'graceful',
        reason: 'wrong shop',
        user: { id: row.userId, email: 'ana@test.local' },
        key: { id: row.keyId, label: 'ci' },
      },
      stored: hop(102, 2),
      delivered: { ...hop(104, 2), owner: OWNER, epoch: 1, via: 'command', state: 'running.stepping.acting' },
      abortRaised: { ...hop(104, 0), state: 'running.stepping.acting', stepIndex: 0 },
      callInterrupted: hop(110, 6),
      contextClosed: hop(130, 20),
      browser: { outcome: 'alive', pid: 42 },
      evidence: { steps: 1, screenshots: 2, video: true },
      final: hop(135, 5),
      totalMs: 35,
    });
  });

  it('has no hops that were not needed: force waits for nothing but the closing', () => {
    const forced = [...ACTING, cancel(104, { mode: 'force' })];
    const row = historyOf([...forced, done('closeDeadline', 115), done('kill', 120, { pid: 42 })]);
    const receipt = receiptFor(row);
    expect(receipt).toMatchObject({
      requested: { mode: 'force' },
      abortRaised: { state: 'running.stepping.acting' },
      browser: { outcome: 'killed', pid: 42 },
      final: hop(125, 21),
    });
    expect(receipt).not.toHaveProperty('callInterrupted');
    expect(receipt).not.toHaveProperty('contextClosed');
    const closed = receiptFor(historyOf([...forced, done('close', 110, { browserPid: 42 })]));
    expect(closed).toMatchObject({ contextClosed: hop(110, 6), browser: { outcome: 'alive', pid: 42 } });
    expect(closed).not.toHaveProperty('callInterrupted');
  });

  it('I16: names no browser where the run had none yet', () => {
    const forced = [...ACTING.slice(0, 1), cancel(104, { mode: 'force' })];
    const spared = [...forced, done('closeDeadline', 115), done('kill', 120, { spared: true })];
    for (const events of [spared, [...forced, done('close', 110)]]) {
      const receipt = receiptFor(historyOf(events));
      expect(receipt).toMatchObject({ status: 'fail' });
      expect(receipt).not.toHaveProperty('browser');
    }
  });

  it('names the state in which it was taken, and no step if that had not begun', () => {
    const row = historyOf([
      claim(),
      done('launch', 10),
      cancel(104),
      done('interrupted', 105),
      done('close', 120, { browserPid: 42 }),
    ]);
    const { abortRaised, browser } = receiptFor(row)!;
    expect(abortRaised).toEqual({ ...hop(104, 0), state: 'running.stepping.acting' });
    expect(browser).toEqual({ outcome: 'alive', pid: 42 });
  });

  it('raises no abort where an atomic step ends by itself, and counts the onCancel steps', () => {
    const received = [
      ...ACTING,
      cancel(104),
      done('finish', 300, { step: { at: START + 300, ok: true } }),
      done('cleanup', 400),
      failed('cleanup'),
      done('close', 450),
    ];
    const receipt = receiptFor(historyOf(received, { atomicSteps: [0], cleanupSteps: 2 }));
    expect(receipt).toMatchObject({
      atomicStepEnded: { ...hop(300, 196), ended: true },
      onCancelDone: { ...hop(400, 100), ok: 1, failed: 1 },
      contextClosed: hop(450, 50),
      evidence: { steps: 1 },
    });
    expect(receipt).not.toHaveProperty('abortRaised');
    expect(receipt).not.toHaveProperty('callInterrupted');
  });

  it('raises the abort when the time of an atomic step is over', () => {
    const received = [
      ...ACTING,
      cancel(104),
      done('finishDeadline', 980),
      done('interrupted', 985),
      done('close', 990),
    ];
    expect(receiptFor(historyOf(received, { atomicSteps: [0] }))).toMatchObject({
      atomicStepEnded: { ...hop(980, 876), ended: false },
      abortRaised: { ...hop(980, 0), state: 'cancelling.finishing', stepIndex: 0 },
      callInterrupted: hop(985, 5),
    });
  });

  it('I4: tells a call that did not return, and a browser that had to be killed', () => {
    const received = [
      ...ACTING,
      cancel(104),
      done('abortDeadline', 480),
      done('closeDeadline', 2_105),
      done('kill', 2_120, { pid: 42 }),
    ];
    const receipt = receiptFor(historyOf(received));
    expect(receipt).toMatchObject({
      callInterrupted: { ...hop(480, 376), timedOut: true },
      browser: { outcome: 'killed', pid: 42 },
      final: hop(2_125, 1_645),
    });
    expect(receipt).not.toHaveProperty('contextClosed');
  });

  it('counts an onCancel step that was cut off among the failed ones', () => {
    const acting = [...ACTING, cancel(104), done('interrupted', 110), done('cleanup', 200)];
    const late = [...acting, done('cleanupDeadline', 1_604), done('close', 1_610)];
    expect(receiptFor(historyOf(late, { cleanupSteps: 3 }))!.onCancelDone).toMatchObject({
      ok: 1,
      failed: 1,
    });
    const hardened = [...acting, cancel(300, { mode: 'force' }), done('close', 310)];
    expect(receiptFor(historyOf(hardened, { cleanupSteps: 3 }))).toMatchObject({
      hardened: { ...hop(300, 190), state: 'cancelling.cleaning' },
      onCancelDone: { ...hop(300, 0), ok: 1, failed: 1 },
    });
  });

  it('tells when a second request hardened it; a repeat that changes nothing is no hop', () => {
    const received = [
      ...ACTING,
      cancel(104),
      cancel(110),
      cancel(120, { mode: 'force' }),
      done('close', 130),
    ];
    const receipt = receiptFor(historyOf(received));
    expect(receipt).toMatchObject({
      requested: { mode: 'force' },
      delivered: hop(104, 2),
      hardened: { ...hop(120, 16), state: 'cancelling.aborting' },
    });
    expect(receipt).not.toHaveProperty('callInterrupted');
  });

  it('of a queued run knows the supervisor that replayed it, and no browser', () => {
    const more = { owner: null, epoch: 1 };
    const receipt = receiptFor(historyOf([cancel(110, { via: 'supervisor' })], {}, more));
    expect(receipt).toMatchObject({
      delivered: { ...hop(110, 8), epoch: 1, via: 'supervisor', state: 'running.queued' },
      final: hop(115, 5),
    });
    expect(receipt!.delivered).not.toHaveProperty('owner');
    for (const absent of ['browser', 'abortRaised', 'waiting']) expect(receipt).not.toHaveProperty(absent);
  });

  it('of a run whose flow was over already, knows that there was nothing to interrupt', () => {
    const received = [...ACTING, failed('step'), cancel(104), done('close', 110)];
    const receipt = receiptFor(historyOf(received));
    expect(receipt).toMatchObject({ delivered: { state: 'running.settling' }, contextClosed: hop(110, 6) });
    expect(receipt).not.toHaveProperty('abortRaised');
  });

  it.each(['gone', 'unknown'] as const)('I8: of a stale run knows what its verdict knows: %s', (browser) => {
    const verdict = { ...VERDICT, browser };
    const receipt = receiptFor(historyOf([...ACTING, stale(300)], {}, { epoch: 2, verdict }));
    expect(receipt).toMatchObject({
      stored: hop(102, 2),
      browser: { outcome: browser },
      final: { ...hop(305, 203), stale: true },
      verdict: { why: 'owner_gone', epoch: 1, browser },
    });
    for (const absent of ['delivered', 'abortRaised']) expect(receipt).not.toHaveProperty(absent);
  });

  it('keeps the hops of a run whose owner died in the middle, and claims none that did not come', () => {
    const received = [...ACTING, cancel(104), done('interrupted', 110), stale(9_000)];
    const receipt = receiptFor(historyOf(received, {}, { epoch: 2, verdict: VERDICT }));
    expect(receipt).toMatchObject({
      delivered: { epoch: 1 },
      callInterrupted: hop(110, 6),
      final: { stale: true },
    });
    expect(receipt).not.toHaveProperty('contextClosed');
  });

  it('of a run that nobody cancelled but a supervisor ended, has no request but the end', () => {
    const nobody = { askedAt: null, requestedAt: null, source: null, mode: null, userId: null, keyId: null };
    const row = historyOf([...ACTING, stale(300)], {}, { ...nobody, verdict: VERDICT });
    const receipt = receiptFor(row);
    expect(receipt).toMatchObject({
      requested: { at: at(305), source: 'supervisor', mode: 'graceful' },
      final: { ...hop(305, 0), stale: true },
      totalMs: 0,
    });
    expect(receipt).not.toHaveProperty('stored');
    expect(receipt!.requested).not.toHaveProperty('user');
  });

  it('of a run whose machine cannot be read, tells what SQL alone knows', () => {
    const row = historyOf(
      [...ACTING],
      {},
      {
        status: 'fail',
        shownStatus: 'fail',
        state: 'fail',
        snapshot: { version: 99 },
        stale: true,
        cancelled: true,
        finishedAt: new Date(START + 500),
        verdict: { ...VERDICT, why: 'unreadable', browser: 'unknown', detail: 'version 99' },
      },
    );
    expect(receiptFor(row)).toMatchObject({
      stored: hop(102, 2),
      browser: { outcome: 'unknown' },
      final: { ...hop(500, 398), stale: true },
      verdict: { why: 'unreadable', detail: 'version 99' },
    });
  });

  it('of the shutdown of a runner knows no user, and counts from when it was recorded', () => {
    const shutdown = { source: 'shutdown', askedAt: null, userId: null, email: null, keyId: null } as const;
    const received = [
      ...ACTING,
      cancel(104, { source: 'shutdown', via: 'commit' }),
      done('interrupted', 106),
      done('close', 120),
    ];
    const receipt = receiptFor(historyOf(received, {}, shutdown));
    expect(receipt).toMatchObject({
      requested: { at: at(102), source: 'shutdown' },
      stored: hop(102, 0),
      delivered: { via: 'commit' },
    });
    expect(receipt!.requested).not.toHaveProperty('user');
  });

  it('of a run before there were such events, makes no claims', () => {
    const row = historyOf([...ACTING, cancel(104), done('interrupted', 110), done('close', 130)]);
    const old = row.events.flatMap((event) => {
      if (event.type !== 'transition') return [];
      const { from, to } = event.payload;
      return [{ ...event, payload: { from, to } }];
    });
    const receipt = receiptFor({ ...row, events: old });
    expect(receipt).toMatchObject({ browser: { outcome: 'unknown' }, final: { at: at(135) } });
    expect(receipt).not.toHaveProperty('delivered');
  });

  it('never goes back in time, nor beyond its end, when a clock is off', () => {
    const early = [...ACTING, cancel(-5_000), done('interrupted', -4_000), done('close', 90_000)];
    const row = historyOf(early, {}, { finishedAt: new Date(START + 200) });
    const receipt = receiptFor(row)!;
    expect(receipt.delivered).toMatchObject(hop(102, 0));
    expect(receipt.callInterrupted).toMatchObject(hop(102, 0));
    expect(receipt.contextClosed).toEqual(hop(200, 98));
    expect(receipt).toMatchObject({ final: hop(200, 0), totalMs: 100 });
  });

  it('I11: leaves out the key for those who may not know it, and a label that is gone', () => {
    const row = historyOf([...ACTING, cancel(104)]);
    expect(receiptFor(row, { ...RECEIPT_OPTIONS, showKey: false })!.requested).not.toHaveProperty('key');
    expect(receiptFor({ ...row, keyLabel: null })!.requested.key).toEqual({ id: row.keyId });
  });

  it('there is none of a run that was not cancelled', () => {
    const none = { askedAt: null, requestedAt: null, source: null, mode: null };
    expect(receiptFor(historyOf(ACTING, {}, none))).toBeUndefined();
    const passed = [...ACTING, done('step', 30), done('step', 31), done('step', 40), done('checkpoint', 41)];
    expect(receiptFor(historyOf([...passed, done('settle', 50)], {}, none))).toBeUndefined();
  });
});
