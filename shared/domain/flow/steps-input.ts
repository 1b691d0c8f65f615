import { executedSteps } from './executed-steps.ts';
import type { Flow } from './flow.ts';
import type { Step } from './step.ts';
import { stepTimeMs } from './vault.ts';

/** `goesOn`: the run goes on if nobody has answered. */
interface Question {
  timeoutMs: number;
  goesOn?: true;
}

/** What the machine has to know of the steps of a flow, which are those that are executed. */
export function stepsInput(
  flow: Flow,
  steps: readonly Step[] = executedSteps(flow),
): {
  stepTimeouts: number[];
  atomicSteps: number[];
  questions: Record<number, Question> | undefined;
} {
  return {
    stepTimeouts: steps.map((step) => {
      const { retry = { times: 0, delayMs: 0 } } = step;
      return stepTimeMs(step, flow) * (retry.times + 1) + retry.delayMs * retry.times;
    }),
    atomicSteps: steps.flatMap(({ atomic }, index) => (atomic ? [index] : [])),
    questions: questionsIn(steps),
  };
}

/** The steps that ask a person. */
function questionsIn(steps: readonly Step[]): Record<number, Question> | undefined {
  const asking = steps.flatMap((step, index) => {
    if (step.action !== 'ask') return [];
    const { timeoutMs, onTimeout } = step;
    return [[index, { timeoutMs, ...(onTimeout === 'continue' && { goesOn: true as const }) }] as const];
  });
  return asking.length > 0 ? Object.fromEntries(asking) : undefined;
}
