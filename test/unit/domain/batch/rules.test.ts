/* A test that passes after a failure is flaky, and quarantined tests fail no batch. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchVerdict,
  failsBatch,
  isTestFinal,
  statusAfter,
  TEST_STATUSES,
} from '#shared/domain/batch/rules.ts';
import { OUTCOMES, type Outcome } from '#shared/domain/run/outcome.ts';

describe('what a test has come to', () => {
  it.each<[Outcome[], string]>([
    [[], 'waiting'],
    [['pass'], 'pass'],
    [['fail'], 'waiting'],
    [['fail', 'pass'], 'flaky'],
    [['fail', 'fail'], 'waiting'],
    [['fail', 'fail', 'fail'], 'fail'],
    [['lost'], 'waiting'],
    [['lost', 'pass'], 'pass'],
    [['lost', 'fail', 'pass'], 'flaky'],
    [['cancelled'], 'cancelled'],
    [['fail', 'cancelled'], 'cancelled'],
  ])('after %j, with two tries more, is %s', (outcomes, status) => {
    expect(statusAfter(outcomes, { retries: 2, mayRetry: true })).toBe(status);
  });

  it('is its last word after as many runs as it may have, and when nothing may be tried again', () => {
    const outcomes = fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(outcomes, fc.nat(6), (of, retries) => {
        expect(isTestFinal(statusAfter(of, { retries, mayRetry: false }))).toBe(true);
        const status = statusAfter(of, { retries, mayRetry: true });
        if (of.length > retries) expect(isTestFinal(status)).toBe(true);
        expect(status === 'flaky').toBe(of.at(-1) === 'pass' && of.includes('fail'));
      }),
    );
  });
});

describe('the verdict of a batch', () => {
  const tests = fc.array(
    fc.record({ status: fc.constantFrom(...TEST_STATUSES.filter(isTestFinal)), quarantined: fc.boolean() }),
  );

  it('is failed by what is not in quarantine alone, and is cancelled if a test was', () => {
    fc.assert(
      fc.property(tests, fc.boolean(), (of, isCancelled) => {
        const verdict = batchVerdict(of, isCancelled);
        const hasCancelled = of.some(({ status }) => status === 'cancelled');
        if (isCancelled && hasCancelled) expect(verdict).toBe('cancelled');
        else expect(verdict).toBe(of.some(failsBatch) ? 'fail' : 'pass');
        const sound = of.map((one) => ({ ...one, quarantined: true }));
        expect(batchVerdict(sound, false)).toBe('pass');
      }),
    );
  });
});
