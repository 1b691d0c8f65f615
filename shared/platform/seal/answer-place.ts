import type { SealedPlace } from './seal.ts';

/** An answer opens only where it was given: for one step of one attempt of a run. */
export const answerPlace = (of: {
  projectId: string;
  runId: string;
  attempt: number;
  step: number;
}): SealedPlace => ({
  projectId: of.projectId,
  kind: 'answer',
  name: `${of.runId} ${of.attempt} ${of.step}`,
  version: 1,
  origins: [],
});
