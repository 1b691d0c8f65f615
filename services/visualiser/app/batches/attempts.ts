/* What the attempts of a test tell of it. Pure. */
import type { BatchTest } from '#shared/api/contract/batches/batches.ts';

export type TestAttempt = BatchTest['attempts'][number];
type AttemptStanding = NonNullable<TestAttempt['outcome']> | 'running';

export const ATTEMPT_LOOKS = {
  running: { icon: 'play', tone: 'tone-running' },
  pass: { icon: 'check', tone: 'tone-pass' },
  fail: { icon: 'cross', tone: 'tone-fail' },
  cancelled: { icon: 'slash', tone: 'tone-cancelled' },
  lost: { icon: 'warning', tone: 'tone-lost' },
} as const satisfies Record<AttemptStanding, object>;

export const standingOfAttempt = ({ outcome }: Pick<TestAttempt, 'outcome'>): AttemptStanding =>
  outcome ?? 'running';

/** The last attempt that has not passed, and of that only what may be of interest once the test has ended. */
const lastFailed = ({ status, attempts }: BatchTest): TestAttempt | undefined =>
  status === 'pass'
    ? undefined
    : attempts.findLast(({ outcome }) => outcome !== undefined && outcome !== 'pass');

/** Why its last attempt that failed did, or why it could not be started, in one line. */
export const errorOf = (test: BatchTest): string | undefined =>
  (lastFailed(test)?.error ?? test.reason)?.replaceAll(/\s+/g, ' ').trim();

/** The path of what its last attempt that failed saw last. */
export const failedPicture = (test: BatchTest): string | undefined => lastFailed(test)?.picture;
