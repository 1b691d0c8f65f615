import { z } from 'zod';
import type { RunSummary } from '#shared/client/index.ts';
import { runSummarySchema } from '#shared/contract/runs.ts';
import { isFinal } from '#shared/run/status.ts';

const outcomeSchema = z
  .enum(['pass', 'fail', 'cancelled', 'lost'])
  .optional()
  .describe(
    'How it ended; absent while it has not. `cancelled`: somebody asked for it; `lost`: its runner was lost. The status of both is `fail`.',
  );
/** What every answer says of a run. */
export const briefRun = runSummarySchema
  .pick({
    ...{ id: true, status: true, state: true, startedAt: true, durationMs: true, baseUrl: true },
    ...{ project: true, stepCount: true, contextId: true, stopReason: true },
  })
  .extend({ outcome: outcomeSchema });

export type Outcome = z.output<typeof outcomeSchema>;

export function outcomeOf({ status, cancel }: Pick<RunSummary, 'status' | 'cancel'>): Outcome {
  if (!isFinal(status)) return undefined;
  if (cancel === undefined) return status;
  return cancel.requestedAt === undefined ? 'lost' : 'cancelled';
}
