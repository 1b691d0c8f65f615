/*
 * Deletes what is past its retention: runs with their artifacts, runners, idempotency keys, bulk cancels,
 * invitations. Each kind has its own loop (I14), so that one that is slow or fails does not delay the others. Owns
 * the loops, and no state.
 */
import type { Artifacts } from '#shared/artifacts/artifacts.ts';
import { forgetInvitations } from '#shared/database/accounts/invitations.ts';
import { forgetCancelJobs } from '#shared/database/cancel-jobs/read.ts';
import { forgetRunners } from '#shared/database/processes/runners.ts';
import { forgetKeys } from '#shared/database/runs/idempotency.ts';
import { deleteRun, findExpired, forgetLeases, mendLeases } from '#shared/database/runs/retention.ts';
import { mendTurns } from '#shared/database/runs/turns.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { type Loop, startLoop } from '#shared/process/loop.ts';

export interface RetentionDeps {
  sql: Sql;
  log: Log;
  /** How long runs and bulk cancels are kept. */
  days: number;
  artifacts: Artifacts;
  everyMs: number;
  /** Once aborted, the current page is finished and the rest is left to the next leader. */
  stopping: AbortSignal;
  leading(): boolean;
}

const PAGE = 500;

/** One turn deletes everything that is due, a page at a time. */
export function startRetention(deps: RetentionDeps): Loop[] {
  const { sql, days, everyMs, log } = deps;
  const start = (what: string, work: () => Promise<void>) =>
    startLoop(
      everyMs,
      async () => (deps.leading() ? work() : undefined),
      (error) => log.warn({ err: error }, `could not delete ${what}`),
    );
  return [
    start('old runs', () => deleteOldRuns(deps)),
    start('runners that are gone', () => inPages(deps, () => forgetRunners(sql))),
    start('runs without a lease', async () => void (await mendLeases(sql))),
    start('turns of users that do not wait', () => mendTurns(sql)),
    start('leases that nobody holds', () => inPages(deps, () => forgetLeases(sql))),
    start('old idempotency keys', () => inPages(deps, () => forgetKeys(sql))),
    start('old bulk cancels', () => inPages(deps, () => forgetCancelJobs(sql, days))),
    start('invitations whose time is over', () => inPages(deps, () => forgetInvitations(sql))),
  ];
}

/** `forget` says whether there may be more. */
async function inPages({ stopping }: RetentionDeps, forget: () => Promise<boolean>): Promise<void> {
  while (!stopping.aborted && (await forget()));
}

/** A run that cannot be deleted does not stop the others: its failure is thrown at the end. */
async function deleteOldRuns({ sql, days, artifacts, stopping }: RetentionDeps): Promise<void> {
  const failed: string[] = [];
  let failure: unknown;
  for (;;) {
    const expired = await findExpired(sql, days, PAGE, failed);
    const failedBefore = failed.length;
    for (const runId of expired) {
      if (stopping.aborted) return;
      try {
        // The row is deleted last, so that an unfinished deletion is found again.
        await artifacts.remove(runId);
        await deleteRun(sql, runId);
      } catch (error) {
        failure ??= error;
        failed.push(runId);
      }
    }
    // If nothing of a page can be deleted, the cause is not in the runs: the next turn retries.
    if (expired.length < PAGE || failed.length - failedBefore === PAGE) break;
  }
  if (failed.length > 0)
    throw new Error(`${failed.length} runs, among them ${failed[0]}`, { cause: failure });
}
