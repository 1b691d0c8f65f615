/* Each test of a batch is counted in one part, and those that failed are listed first. */
import { describe, expect, it } from 'vitest';
import { TEST_STATUSES } from '#shared/domain/batch/rules.ts';
import {
  countedParts,
  endedOf,
  listedOf,
  partOf,
  TEST_LOOKS,
  type TestPart,
} from '../../../../../services/visualiser/app/batches/test-parts.ts';

const NONE = {
  tests: 0,
  waiting: 0,
  running: 0,
  pass: 0,
  flaky: 0,
  fail: 0,
  cancelled: 0,
  skipped: 0,
  quarantined: 0,
};
const countsOf = (given: Partial<typeof NONE>) =>
  Object.fromEntries(countedParts({ ...NONE, ...given }).map(({ part, count }) => [part, count]));

describe('the part of a test', () => {
  it('is its status, unless it fails its batch not', () => {
    for (const status of TEST_STATUSES) expect(partOf({ status, quarantined: false })).toBe(status);
    const quarantined = TEST_STATUSES.map((status) => partOf({ status, quarantined: true }));
    expect(quarantined).toEqual([
      'waiting',
      'running',
      'pass',
      'flaky',
      'quarantined',
      'quarantined',
      'skipped',
    ]);
  });

  it('looks like no other', () => {
    const icons = Object.values(TEST_LOOKS).map(({ icon }) => icon);
    expect(new Set(icons).size).toBe(icons.length);
  });
});

describe('the counts of a batch', () => {
  it('have each test once, and no part without any', () => {
    expect(countsOf({ tests: 5, pass: 2, fail: 3, quarantined: 1 })).toEqual({
      pass: 2,
      fail: 2,
      quarantined: 1,
    });
    expect(countsOf({ tests: 3, fail: 1, cancelled: 2, quarantined: 2 })).toEqual({
      cancelled: 1,
      quarantined: 2,
    });
    expect(countsOf({})).toEqual({});
  });

  it('say how many have ended', () => {
    expect(endedOf({ ...NONE, tests: 9, waiting: 3, running: 2, skipped: 1, pass: 3 })).toBe(4);
  });
});

describe('the list of tests', () => {
  const places = (['pass', 'flaky', 'running', 'fail', 'quarantined', 'waiting', 'fail'] as TestPart[]).map(
    (part, index) => ({ part, index }),
  );
  const listed = (part: TestPart | undefined) => listedOf(places, part).map(({ index }) => index);

  it('begins with those that failed; the others stay in their order', () => {
    expect(listed(undefined)).toEqual([3, 6, 4, 1, 0, 2, 5]);
  });

  it('has one part alone, if that is chosen', () => {
    expect(listed('fail')).toEqual([3, 6]);
    expect(listed('skipped')).toEqual([]);
  });
});
