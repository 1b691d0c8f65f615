import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import { countQueuedOf } from '#shared/adapters/database/queue/queue-limits.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { createQueueEstimate, type QueueEstimate } from './queue-estimate.ts';

/** How the limits of queued runs are kept: counted with every start, or of a user about. */
export interface QueueRoom {
  counted: RunLimits;
  estimate?: QueueEstimate | undefined;
}

/** Up to here a user's runs are counted with every start, one start after the other, which takes a few ms. */
const COUNTED_UP_TO = 10_000;

export function createQueueRoom(deps: { sql: Sql; log: Log; limits: RunLimits | undefined }): QueueRoom {
  const { sql, log, limits = {} } = deps;
  const { perUser: max, perProject } = limits;
  if (max === undefined || max <= COUNTED_UP_TO) return { counted: limits };
  const count = (userId: string) => countQueuedOf(sql, userId, max);
  return { counted: { perProject }, estimate: createQueueEstimate({ max, count, log }) };
}
