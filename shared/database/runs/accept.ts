import type { Flow } from '#shared/flow/flow.ts';
import { withoutCredentials } from '#shared/flow/redact.ts';
import { MACHINE_VERSION } from '#shared/run/context.ts';
import { type RunSnapshot, stateOf, store } from '#shared/run/snapshot.ts';
import { toJsonb } from '../json.ts';
import type { Sql } from '../sql.ts';

export interface AcceptedRun {
  id: string;
  userId: string;
  projectId: string;
  flow: Flow;
  snapshot: RunSnapshot;
  /** How long the run may wait for a runner, ms. */
  queueTimeoutMs: number;
}

/** Stores a new run as queued, with its first status change, in one statement. */
export async function acceptRun(sql: Sql, run: AcceptedRun): Promise<{ createdAt: Date }> {
  const row = await sql.row<{ at: Date }>(ACCEPT, [
    run.id,
    run.userId,
    run.projectId,
    withoutCredentials(run.flow.baseUrl),
    run.flow.contextId ?? null,
    toJsonb(run.flow),
    stateOf(run.snapshot),
    toJsonb(store(run.snapshot)),
    run.queueTimeoutMs,
    MACHINE_VERSION,
  ]);
  return { createdAt: row!.at };
}

const ACCEPT = `
with run as (
  insert into runs (id, user_id, project_id, base_url, context_id, plan, state, snapshot, queue_until, machine_version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + $9::float8 * interval '1 ms', $10)
  returning id, created_at
)
insert into status_changes (run_id, status, after_seq, at)
select id, 'running', 0, created_at from run returning at`;
