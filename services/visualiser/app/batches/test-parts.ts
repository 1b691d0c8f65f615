/* The parts that the tests of a batch fall into, how each looks, and in which order tests are listed. Pure. */
import type { BatchSummary, BatchTest } from '#shared/api/contract/batches/batches.ts';
import type { TestStatus } from '#shared/domain/batch/rules.ts';

/** How a test stands; `quarantined`: it failed or was cancelled, and fails no batch. */
export type TestPart = TestStatus | 'quarantined';

/** The order is that in which they are drawn. No two have the same icon: colour is never the only sign. */
export const TEST_LOOKS = {
  pass: { icon: 'check', tone: 'tone-pass' },
  flaky: { icon: 'again', tone: 'tone-cancelling' },
  fail: { icon: 'cross', tone: 'tone-fail' },
  quarantined: { icon: 'dashes', tone: 'tone-lost' },
  cancelled: { icon: 'slash', tone: 'tone-cancelled' },
  skipped: { icon: 'minus', tone: 'tone-queued' },
  running: { icon: 'play', tone: 'tone-running' },
  waiting: { icon: 'clock', tone: 'tone-queued' },
} as const satisfies Record<TestPart, object>;

const PARTS = Object.keys(TEST_LOOKS) as TestPart[];

export function partOf({ status, quarantined }: Pick<BatchTest, 'status' | 'quarantined'>): TestPart {
  return quarantined && (status === 'fail' || status === 'cancelled') ? 'quarantined' : status;
}

export interface CountedPart {
  part: TestPart;
  count: number;
}

/** How many tests are in each part that has some: each test is in one. */
export function countedParts(counts: BatchSummary['counts']): CountedPart[] {
  const failed = Math.min(counts.quarantined, counts.fail);
  const stopped = counts.quarantined - failed;
  const own = { ...counts, fail: counts.fail - failed, cancelled: counts.cancelled - stopped };
  return PARTS.map((part) => ({ part, count: own[part] })).filter(({ count }) => count > 0);
}

/** How many of its tests have ended. */
export const endedOf = ({ tests, waiting, running }: BatchSummary['counts']): number =>
  tests - waiting - running;

/** Where a test is in its batch, and in which part. */
export interface TestPlace {
  index: number;
  part: TestPart;
}

/** What is looked for comes first; the others stay in their order, so that nothing moves as they go on. */
const FIRST: readonly TestPart[] = ['fail', 'quarantined', 'flaky'];
const rankOf = ({ part }: TestPlace): number => (FIRST.includes(part) ? FIRST.indexOf(part) : FIRST.length);

/** Those of a part, or all, in the order in which they are listed. */
export const listedOf = (places: readonly TestPlace[], part: TestPart | undefined): TestPlace[] =>
  places
    .filter((place) => part === undefined || place.part === part)
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.index - b.index);
