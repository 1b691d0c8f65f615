/* Tests of a batch stay in their order, and only those that have changed are drawn anew. */
import { describe, expect, it } from 'vitest';
import type { BatchTest } from '#shared/api/contract/batches/batches.ts';
import { createKnownTests } from '../../../../../../services/visualiser/app/batches/batch/known-tests.ts';

const testOf = (index: number, status: BatchTest['status'] = 'waiting', more: Partial<BatchTest> = {}) => ({
  index,
  name: `test ${index}`,
  flow: { name: 'order' },
  labels: [],
  quarantined: false,
  status,
  attempts: [],
  ...more,
});

/** How often it has changed since. */
function changesOf(signal: { subscribe(changed: () => void): void }): () => number {
  let changes = -1;
  signal.subscribe(() => {
    changes += 1;
  });
  return () => changes;
}

describe('the tests of a batch as they are known', () => {
  it('are in their order, however they come', () => {
    const known = createKnownTests();
    known.put([testOf(2), testOf(0, 'fail', { quarantined: true })]);
    known.put([testOf(1, 'pass')]);
    expect(known.places.value).toEqual([
      { index: 0, part: 'quarantined' },
      { index: 1, part: 'pass' },
      { index: 2, part: 'waiting' },
    ]);
    expect(known.all().map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('are drawn anew one by one, and the list of them only if one is in another part', () => {
    const known = createKnownTests();
    known.put([testOf(0, 'running'), testOf(1, 'running')]);
    const [first, second] = [known.at(0), known.at(1)].map(changesOf);
    const list = changesOf(known.places);
    known.put([testOf(0, 'running'), testOf(1, 'running', { labels: ['a'] })]);
    expect([first!(), second!(), list()]).toEqual([0, 1, 0]);
    known.put([testOf(0, 'pass'), testOf(1, 'fail')]);
    expect([first!(), second!(), list()]).toEqual([1, 2, 1]);
  });
});
