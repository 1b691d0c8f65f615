import { ApiError } from '#shared/api/client/index.ts';

/** `pending`: the run has it, but it is not in the store yet; it is asked for again. `refused`: it is lost. */
export type FetchProblem = 'pending' | 'refused' | 'failed';

/** Why an artifact could not be fetched. */
export function fetchProblemOf(error: unknown): FetchProblem {
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === 'artifact_pending') return 'pending';
  return code === 'artifact_refused' ? 'refused' : 'failed';
}
