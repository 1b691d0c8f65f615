/*
 * Deletes what is old enough: runs with their artifacts, runners, idempotency keys, bulk cancels, invitations. Each
 * look has a loop of its own (I14): one that is slow or fails keeps no other from its work. Owns the loops, and no state.
 */
import type { Artifacts } from '#shared/artifacts/artifacts.ts';
import { forgetInvitations } from '#shared/database/accounts/invitations.ts';
import { forgetCancelJobs } from '#shared/database/cancel-jobs/read.ts';
import { forgetRunners } from '#shared/database/processes/runners.ts';
import { forgetKeys } from '#shared/database/runs/idempotency.ts';
import { deleteRun, findExpired } from '#shared/database/runs/retention.ts';
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
  /** Once it is aborted, what is in hand is finished, and the rest left to the next leader. */
  stopping: AbortSignal;
  leading(): boolean;
}

const PAGE = 500;

/** All that is too old goes within a turn, a page at a time. */
export function startRetention(deps: RetentionDeps): Loop[] {
  const { sql, days, everyMs, log } = deps;
  const start = (what: string, work: () => Promise<void>) =>
    startLoop(
      everyMs,
      async () => (deps.leading() ? work() : undefined),
      (error) => log.warn({ err: error }, `${what} could not be deleted`),
    );
  return [
    start('old runs', () => deleteOldRuns(deps)),
    start('runners that are gone', () => inPages(deps, () => forgetRunners(sql))),
    start('old idempotency keys', () => inPages(deps, () => forgetKeys(sql))),
    start('old bulk cancels', () => inPages(deps, () => forgetCancelJobs(sql, days))),
    start('invitations whose time is over', () => inPages(deps, () => forgetInvitations(sql))),
  ];
}

/** `forget` says whether there may be more. */
async function inPages({ stopping }: RetentionDeps, forget: () => Promise<boolean>): Promise<void> {
  while (!stopping.aborted && (await forget()));
}

/** One run that cannot be deleted keeps no other: its failure is thrown when the rest is through. */
async function deleteOldRuns({ sql, days, artifacts, stopping }: RetentionDeps): Promise<void> {
  const failed: string[] = [];
  let failure: unknown;
  for (;;) {
    const expired = await findExpired(sql, days, PAGE, failed);
    const failedBefore = failed.length;
    for (const runId of expired) {
      if (stopping.aborted) return;
      try {
        // The row goes last: a run that stays is found again.
        await artifacts.remove(runId);
        await deleteRun(sql, runId);
      } catch (error) {
        failure ??= error;
        failed.push(runId);
      }
    }
    // Where nothing of a page can be deleted, it is not for the runs: the next turn tries again.
    if (expired.length < PAGE || failed.length - failedBefore === PAGE) break;
  }
  if (failed.length > 0)
    throw new Error(`${failed.length} runs, among them ${failed[0]}`, { cause: failure });
}
