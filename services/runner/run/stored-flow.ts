import { issueText } from '#shared/api/contract/errors/issues.ts';
import { executedSteps } from '#shared/domain/flow/executed-steps.ts';
import { type Flow, flowSchema } from '#shared/domain/flow/flow.ts';

/** A stored flow that is not valid. Its message names the first invalid field, and no value (I10). */
class UnreadableFlowError extends Error {
  readonly code = 'unreadable_flow';
}

/**
 * Reads a flow from the database and validates it again: an error would otherwise show in the middle of a run. Its steps are
 * those that are executed.
 */
export function readStoredFlow(stored: unknown): Flow {
  const { success, data, error } = flowSchema.safeParse(stored);
  if (success) return { ...data, steps: executedSteps(data) };
  const { path, message } = error.issues[0]!;
  throw new UnreadableFlowError(`${path.join('.') || 'all of it'}: ${issueText(message)}`);
}
