import { randomUUID } from 'node:crypto';
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import { type ClaimedRun, claimRuns } from '#shared/adapters/database/runs/claim.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** A claim of one run. */
export const claimNext = async (
  sql: Sql,
  owner: string,
  leaseMs: number,
  limits: RunLimits = {},
  without: string[] = [],
  labels: readonly string[] = [],
  claim: string = randomUUID(),
): Promise<ClaimedRun | undefined> =>
  (await claimRuns(sql, { claim, owner, leaseMs, most: 1, limits, without, labels })).runs[0];
