import { executedSteps } from '#shared/domain/flow/executed-steps.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { stepTimeMs } from '#shared/domain/flow/vault.ts';
import type { Budget } from '#shared/domain/run/budget.ts';
import type { RunInput } from '#shared/domain/run/context.ts';

/** What the machine has to know of a flow. The lower of the run's and the server's maximum counts. */
export function runInput(
  flow: Flow,
  limits: { budget: Budget; maxDurationMs: readonly (number | undefined)[]; begins?: number | undefined },
): RunInput {
  const { onCancel = [], pauseOnFailure } = flow;
  const maxima = limits.maxDurationMs.filter((ms) => ms !== undefined);
  return {
    budget: limits.budget,
    ...stepsInput(flow),
    cleanupSteps: onCancel.length,
    ...(limits.begins !== undefined && { begins: limits.begins }),
    ...(pauseOnFailure && { pauseOnFailureMs: pauseOnFailure.forMs }),
    ...(maxima.length > 0 && { maxDurationMs: Math.min(...maxima) }),
  };
}

/** What it has to know of its steps. */
export function stepsInput(flow: Flow) {
  const steps = executedSteps(flow);
  return {
    stepTimeouts: steps.map((step) => {
      const { retry = { times: 0, delayMs: 0 } } = step;
      return stepTimeMs(step, flow) * (retry.times + 1) + retry.delayMs * retry.times;
    }),
    atomicSteps: steps.flatMap(({ atomic }, index) => (atomic ? [index] : [])),
    ...questionsIn(steps),
  };
}

/** The steps that ask a person. */
function questionsIn(steps: readonly Step[]): Pick<RunInput, 'questions'> {
  const asking = steps.flatMap((step, index) => {
    if (step.action !== 'ask') return [];
    const { timeoutMs, onTimeout } = step;
    return [[index, { timeoutMs, ...(onTimeout === 'continue' && { goesOn: true as const }) }] as const];
  });
  return asking.length > 0 ? { questions: Object.fromEntries(asking) } : {};
}
