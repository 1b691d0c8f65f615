import { z } from 'zod';
import type { RunSummary } from '#shared/client/index.ts';
import { isFinal } from '#shared/run/status.ts';

export const outcomeSchema = z
  .enum(['pass', 'fail', 'cancelled', 'lost'])
  .optional()
  .describe(
    'How it ended; absent while it has not. `cancelled`: somebody asked for it; `lost`: its runner was lost. The status of both is `fail`.',
  );
export type Outcome = z.output<typeof outcomeSchema>;

export function outcomeOf({ status, cancel }: Pick<RunSummary, 'status' | 'cancel'>): Outcome {
  if (!isFinal(status)) return undefined;
  if (cancel === undefined) return status;
  return cancel.requestedAt === undefined ? 'lost' : 'cancelled';
}
