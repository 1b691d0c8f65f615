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

/** A flow with its steps, and what logs in before them. */
interface Both {
  login?: readonly Step[] | undefined;
  steps?: readonly Step[] | undefined;
}

/** The first of them, and `others` in place of the rest; counted as they are executed. Those that log in stay what they are. */
export function replacedFrom(
  { login = [], steps = [] }: Both,
  from: number,
  others: readonly Step[],
): { login: Step[]; steps: Step[] } {
  const own = Math.max(0, from - login.length);
  return { login: login.slice(0, from), steps: [...steps.slice(0, own), ...others] };
}

/** Both as they are executed, without the check of a victory. */
export const withLogin = <Plan extends Both>(
  plan: Plan,
): Omit<Plan, 'login' | 'steps'> & { steps: Step[] } => {
  const { login = [], steps = [], ...rest } = plan;
  return { ...rest, steps: [...login, ...steps] };
};
