/* What a batch may come to, and its tests: each is a flow with inputs, run once or, if it fails, again. Pure. */
import type { Outcome } from '#shared/domain/run/outcome.ts';

/** How a test stands. `flaky`: it failed, then passed. `skipped`: it was not begun, since one before it had failed. */
export const TEST_STATUSES = ['waiting', 'running', 'pass', 'flaky', 'fail', 'cancelled', 'skipped'] as const;
export type TestStatus = (typeof TEST_STATUSES)[number];

/** How a batch stands; with `running` and `cancelling` it goes on. */
export const BATCH_STATUSES = ['running', 'cancelling', 'pass', 'fail', 'cancelled'] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

export const isBatchFinal = (status: BatchStatus): boolean => status !== 'running' && status !== 'cancelling';
export const isTestFinal = (status: TestStatus): boolean => status !== 'waiting' && status !== 'running';

/** A test with this label is run and reported, and fails no batch. */
export const QUARANTINE = 'quarantine';

/** What a test has come to once its runs have ended like this, oldest first; it is run again up to `retries` times. */
export function statusAfter(
  outcomes: readonly Outcome[],
  { retries, mayRetry }: { retries: number; mayRetry: boolean },
): TestStatus {
  const last = outcomes.at(-1);
  if (last === undefined) return 'waiting';
  if (last === 'cancelled') return 'cancelled';
  // A runner that was lost says nothing about what is tested.
  if (last === 'pass') return outcomes.includes('fail') ? 'flaky' : 'pass';
  return mayRetry && outcomes.length <= retries ? 'waiting' : 'fail';
}

interface JudgedTest {
  status: TestStatus;
  quarantined: boolean;
}

/** Whether a test fails its batch: one that was stopped has not passed. */
export const failsBatch = ({ status, quarantined }: JudgedTest): boolean =>
  !quarantined && (status === 'fail' || status === 'cancelled');

/** The last word about a batch whose tests have all ended. */
export function batchVerdict(tests: readonly JudgedTest[], isCancelled: boolean): BatchStatus {
  if (isCancelled && tests.some(({ status }) => status === 'cancelled')) return 'cancelled';
  return tests.some(failsBatch) ? 'fail' : 'pass';
}
