/* I4: what a cancel would do is known from each state up to the end, and changes nothing. */
import { describe, expect, it } from 'vitest';
import { restore, stateOf, statusOf, store } from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { nextRung, simulateCancel } from '../../../../services/gateway/cancel/simulate-cancel.ts';
import type { TestEvent } from '../../../support/database/runs.ts';
import { readSnapshotFixtures } from '../../../support/database/snapshot-fixtures.ts';
import {
  ACTING,
  cancel,
  claim,
  done,
  type HistoryInput,
  machineOf,
  START,
} from '../../../support/model/cancel-history.ts';

const at = START + 100;
const ask = (received: TestEvent[], mode: 'graceful' | 'force' = 'graceful', input: HistoryInput = {}) =>
  simulateCancel(restore(store(machineOf(received, input))), { source: 'user', mode, at });

describe('what a cancel would do', () => {
  it('is nothing but the end, for a queued run', () => {
    expect(ask([])).toEqual({ from: 'running.queued', path: ['fail'], onCancelSteps: 0, overAt: at });
  });

  it('is to interrupt the step, and to close', () => {
    expect(ask(ACTING)).toEqual({
      from: 'running.stepping.acting',
      path: ['cancelling.aborting', 'cancelling.closing', 'fail'],
      interrupts: 0,
      onCancelSteps: 0,
      overAt: at + 2_500,
    });
  });

  it('is to close at once, by force', () => {
    expect(ask(ACTING, 'force')).toMatchObject({ path: ['cancelling.closing', 'fail'], interrupts: 0 });
  });

  it('is to wait for an atomic step, and to clean up once', () => {
    expect(ask(ACTING, 'graceful', { atomicSteps: [0], cleanupSteps: 3 })).toMatchObject({
      path: ['cancelling.finishing', 'cancelling.cleaning', 'cancelling.closing', 'fail'],
      interrupts: 0,
      onCancelSteps: 3,
    });
    expect(ask(ACTING, 'force', { atomicSteps: [0], cleanupSteps: 3 })).toMatchObject({
      path: ['cancelling.closing', 'fail'],
      onCancelSteps: 0,
    });
  });

  it('interrupts no step where none is acting', () => {
    expect(ask([claim()])).not.toHaveProperty('interrupts');
    expect(ask([...ACTING, done('step', 30), done('step', 31), done('step', 40)])).not.toHaveProperty(
      'interrupts',
    );
  });

  it('interrupts a step that is stored as announced: whether it has begun since, its owner alone knows', () => {
    expect(ask([claim(), done('launch', 10)])).toMatchObject({ interrupts: 0 });
    expect(ask([...ACTING, done('step', 30)])).toMatchObject({ interrupts: 1 });
  });

  it('of a run that is being cancelled, is what is left', () => {
    const closing = [...ACTING, cancel(0), done('interrupted', 50)];
    const rest = { from: 'cancelling.closing', overAt: START + 2_500 };
    expect(ask(closing)).toEqual({ ...rest, path: ['fail'], onCancelSteps: 0 });
    expect(ask(closing, 'force')).toMatchObject({ ...rest, path: ['fail'] });
    expect(ask([...ACTING, cancel(0)])).toMatchObject({ from: 'cancelling.aborting', interrupts: 0 });
  });

  it.each(readSnapshotFixtures().filter(({ stored }) => !isFinal(statusOf(restore(stored)))))(
    'I4: from v$version $state leads to an end, and leaves the machine as it was',
    ({ stored }) => {
      const machine = restore(stored);
      for (const mode of ['graceful', 'force'] as const)
        expect(simulateCancel(machine, { source: 'user', mode, at }).path.at(-1)).toBe('fail');
      expect(stateOf(machine)).toBe(stateOf(restore(stored)));
    },
  );
});

describe('the next rung', () => {
  it('is the deadline that comes first, and where it leads', () => {
    expect(nextRung(machineOf([...ACTING, cancel(100)]))).toEqual({
      state: 'cancelling.closing',
      at: START + 100 + 375,
    });
  });

  it('there is none where nothing has a time', () => {
    expect(nextRung(machineOf([]))).toBeUndefined();
    expect(nextRung(machineOf([cancel(100)]))).toBeUndefined();
  });
});
