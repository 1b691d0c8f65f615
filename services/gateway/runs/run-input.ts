import type { Flow } from '#shared/domain/flow/flow.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { stepsInput } from '#shared/domain/flow/steps-input.ts';
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
    parkAfterMs: flow.parkAfterMs ?? FLOW_LIMITS.parkAfterMs,
    ...(maxima.length > 0 && { maxDurationMs: Math.min(...maxima) }),
  };
}
