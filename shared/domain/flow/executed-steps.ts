import type { Flow } from './flow.ts';
import type { Step } from './step.ts';

/** How long the conditions of a victory may take to hold after the last step, ms: a page needs a moment to show a result. */
const VICTORY_MS = 5_000;

/** The steps of a flow as they are run: those that were posted, and the check of its victory. */
export function executedSteps({
  steps,
  assist,
  defaultTimeoutMs,
}: Pick<Flow, 'steps' | 'assist' | 'defaultTimeoutMs'>): Step[] {
  if (assist?.victory === undefined) return steps;
  const timeoutMs = Math.min(VICTORY_MS, defaultTimeoutMs);
  return [...steps, { action: 'verify', ...assist.victory, timeoutMs }];
}
