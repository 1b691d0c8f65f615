/* What went wrong in a test, once for each attempt. Pure. */
import type { Batch, BatchTest } from '#shared/api/contract/batches/batches.ts';
import type { BatchAttempt } from './times.ts';

/** `not-started`: there is no run, and why is in words. */
type MishapType = 'fail' | 'lost' | 'not-started';

interface Mishap {
  type: MishapType;
  text: string;
  /** Absent if there was no run. */
  attempt?: BatchAttempt;
}

const WORDS = { fail: 'It failed.', lost: 'Its runner was lost.' };

/** Undefined for one that passed, was cancelled or goes on. */
function mishapOf(attempt: BatchAttempt): Mishap | undefined {
  const { outcome: type, error } = attempt;
  if (type !== 'fail' && type !== 'lost') return undefined;
  return { type, text: error?.trim() ? error : WORDS[type], attempt };
}

/** Oldest first. A test that failed has one at least. */
export function mishapsOf({ status, attempts, reason }: BatchTest): Mishap[] {
  const found = attempts.map(mishapOf).filter((mishap) => mishap !== undefined);
  if (status !== 'fail') return found;
  if (reason?.trim()) return [...found, { type: 'not-started', text: reason }];
  return found.length > 0 ? found : [{ type: 'fail', text: WORDS.fail }];
}

/** The one that says most: a flow that failed says more than a runner that was lost. */
export const mainMishap = (mishaps: readonly Mishap[]): Mishap | undefined =>
  mishaps.find(({ type }) => type === 'fail') ?? mishaps[0];

/** It would fail its batch if it were not quarantined. */
export const isForgiven = ({ status, quarantined }: BatchTest): boolean =>
  quarantined && (status === 'fail' || status === 'cancelled');

/** Who has cancelled a test, and why, in words: its run, or else the whole batch. */
export function cancelledText({ attempts }: BatchTest, { cancel }: Pick<Batch, 'cancel'>): string {
  const ofRun = attempts.findLast(({ outcome }) => outcome === 'cancelled')?.error?.trim();
  return ofRun || (cancel?.reason?.trim() ? `cancelled: ${cancel.reason}` : 'cancelled');
}

/** Why it did not pass, in words; undefined if it has, or has not ended. */
export function whyNot(test: BatchTest, batch: Pick<Batch, 'cancel'>): string | undefined {
  if (test.status === 'cancelled') return cancelledText(test, batch);
  if (test.status === 'skipped') return test.reason?.trim() || 'not begun, since another test had failed';
  return test.status === 'fail' ? mainMishap(mishapsOf(test))?.text : undefined;
}
