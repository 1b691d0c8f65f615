import { runSummarySchema } from '#shared/contract/runs.ts';

/** What every answer says of a run. */
export const briefRun = runSummarySchema.pick({
  ...{ id: true, status: true, outcome: true, state: true, startedAt: true, durationMs: true, baseUrl: true },
  ...{
    project: true,
    stepCount: true,
    contextId: true,
    stopReason: true,
    name: true,
    title: true,
    labels: true,
  },
});
