/*
 * Deletes what is past its retention: runs with their artifacts, runners, idempotency keys, bulk cancels,
 * invitations. Owns a loop for each kind, so that a slow or failing one delays no other (I14), and no state.
 */
import { forgetInvitations } from '#shared/database/accounts/invitations.ts';
import { forgetCancelJobs } from '#shared/database/cancel-jobs/read.ts';
import { forgetRunners } from '#shared/database/processes/runners.ts';
import { forgetBytes } from '#shared/database/runs/artifact-bytes.ts';
import { forgetKeys } from '#shared/database/runs/idempotency.ts';
import { forgetLeases, mendLeases } from '#shared/database/runs/retention.ts';
import { mendTurns } from '#shared/database/runs/turns.ts';
import { forgetDeliveries, forgetOrphans, forgetUnread } from '#shared/database/webhooks/retention.ts';
import { METRICS, type RetentionKind, turnOf } from '#shared/metrics/instruments.ts';
import type { Log } from '#shared/process/log.ts';
import { type Loop, startLoop } from '#shared/process/loop.ts';
import { deleteOldRuns, type OldRunsDeps } from './old-runs.ts';

/** Bulk cancels are kept as long as runs. */
export interface RetentionDeps extends OldRunsDeps {
  log: Log;
  everyMs: number;
  /** How long it is kept what webhooks were told. */
  webhookDays: number;
  leading(): boolean;
}

/** One turn deletes everything that is due, a page at a time. */
export function startRetention(deps: RetentionDeps): Loop[] {
  const { sql, days, everyMs, log } = deps;
  const start = (kind: RetentionKind, what: string, work: () => Promise<void>) =>
    startLoop(
      everyMs,
      async () => {
        if (!deps.leading()) return;
        await work();
        METRICS.retention.add(turnOf(kind, 'done'));
      },
      (error) => {
        METRICS.retention.add(turnOf(kind, 'failed'));
        log.warn({ err: error }, `could not delete ${what}`);
      },
    );
  return [
    start('runs', 'old runs', () => deleteOldRuns(deps)),
    start('runners', 'runners that are gone', () => inPages(deps, () => forgetRunners(sql))),
    start('missing_leases', 'runs without a lease', () => mendLeases(sql)),
    start('turns', 'turns of users that do not wait', () => mendTurns(sql)),
    start('leases', 'leases that nobody holds', () => inPages(deps, () => forgetLeases(sql))),
    start('idempotency_keys', 'old idempotency keys', () => inPages(deps, () => forgetKeys(sql))),
    start('bulk_cancels', 'old bulk cancels', () => inPages(deps, () => forgetCancelJobs(sql, days))),
    start('artifact_bytes', 'what projects had kept', () => inPages(deps, () => forgetBytes(sql, days))),
    start('deliveries', 'what webhooks were told', () =>
      inPages(deps, () => forgetDeliveries(sql, deps.webhookDays)),
    ),
    start('orphan_deliveries', 'what deleted webhooks were told', () =>
      inPages(deps, () => forgetOrphans(sql)),
    ),
    start('unread_webhooks', 'webhooks that nobody reads', () => forgetUnread(sql)),
    start('invitations', 'invitations whose time is over', () => inPages(deps, () => forgetInvitations(sql))),
  ];
}

/** `forget` says whether there may be more. */
async function inPages({ stopping }: RetentionDeps, forget: () => Promise<boolean>): Promise<void> {
  while (!stopping.aborted && (await forget()));
}
