import { issueText } from '#shared/contract/issues.ts';
import { type Flow, flowSchema } from '#shared/flow/flow.ts';

/** A stored flow that cannot be carried out. Its message names the first place that is wrong, and no value (I10). */
class UnreadableFlowError extends Error {
  readonly code = 'unreadable_flow';
}

/** A flow as it comes from the database: checked once more, since whatever is wrong with it would show in the middle of a run. */
export function readStoredFlow(stored: unknown): Flow {
  const { success, data, error } = flowSchema.safeParse(stored);
  if (success) return data;
  const { path, message } = error.issues[0]!;
  throw new UnreadableFlowError(`${path.join('.') || 'all of it'}: ${issueText(message)}`);
}
