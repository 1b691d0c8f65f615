import type { Flow } from './flow.ts';
import type { Step } from './step.ts';

/** How long the conditions of a victory may take to hold after the last step, ms: a page needs a moment to show a result. */
const VICTORY_MS = 5_000;

/** The steps of a flow as they are run: what logs in, those that were posted, and the check of its victory. */
export function executedSteps({
  login = [],
  steps,
  assist,
  defaultTimeoutMs,
}: Pick<Flow, 'login' | 'steps' | 'assist' | 'defaultTimeoutMs'>): Step[] {
  if (login.length === 0 && assist?.victory === undefined) return steps;
  const timeoutMs = Math.min(VICTORY_MS, defaultTimeoutMs);
  const check: Step[] = assist?.victory ? [{ action: 'verify', ...assist.victory, timeoutMs }] : [];
  return [...login, ...steps, ...check];
}

/** The same flow, whose login is nothing but its first steps. */
export const withLoginAsSteps = <Plan extends Partial<Pick<Flow, 'login' | 'steps'>>>({
  login = [],
  ...plan
}: Plan): Omit<Plan, 'login'> => ({ ...plan, ...(plan.steps && { steps: [...login, ...plan.steps] }) });
