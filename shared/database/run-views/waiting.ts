import type { Sql } from '../sql.ts';

/** What a queued run may be waiting for. */
export interface WaitingRow {
  /** An earlier run with its concurrency key is on a runner. */
  keyHeld: boolean;
  /** Runners that live and do not leave: is there one, is there one with its labels? */
  someRunner: boolean;
  fittingRunner: boolean;
  /** Is one of those full at most, and not without a browser or the like? */
  ableRunner: boolean;
}

export interface WaitingRun {
  projectId: string;
  concurrencyKey: string | null;
  runnerLabels: string[];
}

/** Reads the runners that were seen within a lease, and nothing of what else waits (I14). */
export const readWaiting = async (sql: Sql, run: WaitingRun, leaseMs: number): Promise<WaitingRow> =>
  (await sql.row<WaitingRow>(READ_WAITING, {
    projectId: run.projectId,
    concurrencyKey: run.concurrencyKey,
    labels: run.runnerLabels,
    leaseMs,
  }))!;

const READ_WAITING = `
with live as materialized (
  select labels, unavailable from runners
  where seen_at > (select clock_timestamp() - :leaseMs::float8 * interval '1 ms')
    and unavailable is distinct from 'draining'
)
select exists (select from live) as "someRunner",
  exists (select from live where labels @> :labels::text[]) as "fittingRunner",
  exists (select from live where labels @> :labels::text[] and coalesce(unavailable, 'full') = 'full') as "ableRunner",
  exists (select from runs where project_id = :projectId and concurrency_key = :concurrencyKey::text
    and owner is not null and status in ('running', 'cancelling')) as "keyHeld"`;
