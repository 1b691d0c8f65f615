/* A test shows how its attempts stand, and why the last one that failed did. */
import { describe, expect, it } from 'vitest';
import type { BatchTest } from '#shared/api/contract/batches/batches.ts';
import {
  errorOf,
  failedPicture,
  standingOfAttempt,
  type TestAttempt,
} from '../../../../../services/visualiser/app/batches/attempts.ts';

const attempts = (...all: Partial<TestAttempt>[]): TestAttempt[] =>
  all.map((one, n) => ({
    attempt: n + 1,
    runId: '0c9d4e7a-3b58-4f12-9a6d-e81f72c5b043',
    startedAt: '2026-12-01T12:00:00.000Z',
    ...one,
  }));
const testOf = (given: Partial<BatchTest>): BatchTest => ({
  index: 0,
  name: 'order',
  flow: { name: 'order' },
  labels: [],
  quarantined: false,
  status: 'fail',
  attempts: [],
  ...given,
});

describe('the attempts of a test', () => {
  it('stand as their runs do', () => {
    expect(standingOfAttempt({})).toBe('running');
    expect(standingOfAttempt({ outcome: 'lost' })).toBe('lost');
  });

  it('say why the last of them that failed did, in one line, and what it saw', () => {
    const failed = attempts(
      { outcome: 'fail', error: 'first' },
      { outcome: 'fail', error: ' no\n  button ', picture: 'a/2.png' },
      { outcome: 'pass', picture: 'a/3.png' },
    );
    const test = testOf({ status: 'flaky', attempts: failed });
    expect(errorOf(test)).toBe('no button');
    expect(failedPicture(test)).toBe('a/2.png');
  });

  it('say nothing of a runner that was lost once the test has passed', () => {
    const test = testOf({
      status: 'pass',
      attempts: attempts({ outcome: 'lost', error: 'lost', picture: 'a/1.png' }, { outcome: 'pass' }),
    });
    expect(errorOf(test)).toBeUndefined();
    expect(failedPicture(test)).toBeUndefined();
  });

  it('are none, if it could not be started', () => {
    const test = testOf({ reason: 'the flow is deleted' });
    expect(errorOf(test)).toBe('the flow is deleted');
    expect(failedPicture(test)).toBeUndefined();
  });
});
