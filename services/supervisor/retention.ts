/*
 * Deletes what is past its retention: runs with their artifacts, runners, idempotency keys, bulk cancels, invitations. A
 * duty for each kind, so that a slow or failing one delays no other (I14). Owns no state.
 */
import { forgetExpiredInvitations } from '#shared/adapters/database/accounts/invitations.ts';
import { forgetBatches } from '#shared/adapters/database/batches/retention.ts';
import { forgetCancelJobs } from '#shared/adapters/database/cancel-jobs/read.ts';
import { forgetFlows } from '#shared/adapters/database/flows/retention.ts';
import { forgetRunners } from '#shared/adapters/database/processes/runners.ts';
import { mendTurns } from '#shared/adapters/database/queue/turns.ts';
import { forgetBytes } from '#shared/adapters/database/runs/artifact-bytes.ts';
import { forgetKeys } from '#shared/adapters/database/runs/idempotency.ts';
import { forgetLeases, mendLeases } from '#shared/adapters/database/runs/retention.ts';
import { forgetOccurrences } from '#shared/adapters/database/schedules/evaluate.ts';
import { forgetCodes } from '#shared/adapters/database/secrets/uses.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import {
  forgetDeliveries,
  forgetOrphans,
  forgetUnread,
} from '#shared/adapters/database/webhooks/retention.ts';
import { METRICS, type RetentionKind, turnOf } from '#shared/platform/metrics/instruments.ts';
import type { Duty } from './duty.ts';
import { deleteOldRuns, type OldRunsDeps } from './old-runs.ts';

/** Bulk cancels and batches are kept as long as runs. */
export interface RetentionDeps extends OldRunsDeps {
  /** How long deliveries to webhooks are kept. */
  webhookDays: number;
}

const EVERY_MS = 60_000;

/** One turn deletes everything that is due, a page at a time. */
export function retentionDuties(deps: RetentionDeps): Record<RetentionKind, Duty> {
  const { sql, days, webhookDays, stopping } = deps;
  const duty = (kind: RetentionKind, what: string, work: () => Promise<void>): Duty => ({
    everyMs: EVERY_MS,
    work: () => counted(kind, work),
    failure: `could not delete ${what}`,
  });
  /** `forget` says whether there may be more. */
  const paged = (kind: RetentionKind, what: string, forget: () => Promise<boolean>) =>
    duty(kind, what, async () => {
      while (!stopping.aborted && (await forget()));
    });
  return {
    runs: duty('runs', 'old runs', () => deleteOldRuns(deps)),
    runners: paged('runners', 'runners that are gone', () => forgetRunners(sql)),
    missing_leases: duty('missing_leases', 'runs without a lease', () => mendLeases(sql)),
    turns: duty('turns', 'turns of users that do not wait', () => mendTurns(sql)),
    leases: paged('leases', 'leases that nobody holds', () => forgetLeases(sql)),
    idempotency_keys: paged('idempotency_keys', 'old idempotency keys', () => forgetKeys(sql)),
    bulk_cancels: paged('bulk_cancels', 'old bulk cancels', () => forgetCancelJobs(sql, days)),
    artifact_bytes: paged('artifact_bytes', 'what projects had kept', () => forgetBytes(sql, days)),
    deliveries: paged('deliveries', 'old deliveries to webhooks', () => forgetDeliveries(sql, webhookDays)),
    orphan_deliveries: paged('orphan_deliveries', 'deliveries of deleted webhooks', () => forgetOrphans(sql)),
    unread_webhooks: duty('unread_webhooks', 'webhooks that nobody reads', () => forgetUnread(sql)),
    occurrences: paged('occurrences', 'old occurrences of schedules', allSchedules(sql, days)),
    batches: paged('batches', 'old batches', () => forgetBatches(sql, days)),
    flows: paged('flows', 'flows of deleted projects', () => forgetFlows(sql)),
    totp_uses: paged('totp_uses', 'old uses of one-time codes', () => forgetCodes(sql)),
    invitations: paged('invitations', 'invitations whose time is over', () => forgetExpiredInvitations(sql)),
  };
}

/** A page of schedules at a time, from the first to the last, and then anew. */
function allSchedules(sql: Sql, days: number): () => Promise<boolean> {
  let after: string | undefined;
  return async () => {
    after = await forgetOccurrences(sql, { days, after });
    return after !== undefined;
  };
}

async function counted(kind: RetentionKind, work: () => Promise<void>): Promise<void> {
  let result: 'done' | 'failed' = 'failed';
  try {
    await work();
    result = 'done';
  } finally {
    METRICS.retention.add(turnOf(kind, result));
  }
}
