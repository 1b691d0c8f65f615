import { randomUUID } from 'node:crypto';
import type { Sql } from '#shared/database/sql.ts';
import { MACHINE_VERSION } from '#shared/run/context.ts';
import { initialSnapshot, store } from '#shared/run/snapshot.ts';
import { TEST_BUDGET, TEST_FLOW } from './runs.ts';

const QUEUE = `
with run as (
  insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, concurrency_key)
  values ($1, $2, $3, $4, $5, 'running.queued', $6, $7, clock_timestamp() + interval '1 minute', $8) returning id, created_at
)
insert into status_changes (run_id, status, after_seq, at) select id, 'running', 0, created_at from run`;

/** Stores a queued run as gateways of the version before do, on a schema of theirs or of this version. */
export async function queueEarlier(
  sql: Sql,
  { userId, projectId }: { userId: string; projectId: string },
  concurrencyKey: string | null = null,
): Promise<{ id: string }> {
  const id = randomUUID();
  const stepTimeouts = TEST_FLOW.steps.map(() => 1_000);
  const snapshot = store(initialSnapshot({ stepTimeouts, budget: TEST_BUDGET }));
  const stored = [JSON.stringify(TEST_FLOW), JSON.stringify(snapshot), MACHINE_VERSION];
  await sql.rows(QUEUE, [id, userId, projectId, TEST_FLOW.baseUrl, ...stored, concurrencyKey]);
  return { id };
}
