import { z } from 'zod';
import { type RunSummary, runSummarySchema } from '#shared/api/contract/runs/runs.ts';
import { shortLine } from '../words.ts';

/** What every answer says of a run. */
export const briefRun = runSummarySchema
  .pick({
    id: true,
    status: true,
    outcome: true,
    state: true,
    startedAt: true,
    durationMs: true,
    baseUrl: true,
    project: true,
    stepCount: true,
    contextId: true,
    stopReason: true,
    name: true,
    title: true,
    labels: true,
  })
  /** The named flow that it is of: `order@3` is its third version. */
  .extend({ flow: z.string().optional() });

/** UTF-16 units; addresses may be long. */
const LONGEST_TEXT = 200;

/** The run with bounded texts. */
export const briefOf = ({ flow, ...run }: RunSummary): Omit<RunSummary, 'flow'> & { flow?: string } => ({
  ...run,
  ...(flow && { flow: `${flow.name}@${flow.version}` }),
  baseUrl: shortLine(run.baseUrl, LONGEST_TEXT),
  ...(run.name !== undefined && { name: shortLine(run.name, LONGEST_TEXT) }),
  ...(run.contextId !== undefined && { contextId: shortLine(run.contextId, LONGEST_TEXT) }),
});
