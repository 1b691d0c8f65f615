import { type BrokenRun, failBroken } from '#shared/adapters/database/runs/fail-broken.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { BROKEN } from '#shared/domain/run/stop-reason.ts';
import type { Log } from '#shared/platform/log/log.ts';

/**
 * Ends a run with which its owner cannot go on, at once, since it will be no better later; `tell` tells its trace why, as a
 * code. Never rejects: what cannot be ended here the supervisor ends when the lease is over.
 */
export async function endBroken(
  { sql, log }: { sql: Sql; log: Log },
  run: BrokenRun,
  tell: (error: string) => void,
): Promise<void> {
  try {
    if (await failBroken(sql, run)) tell(BROKEN);
  } catch (reason) {
    log.warn({ err: reason }, 'the end of this run is left to the supervisor');
  }
}
