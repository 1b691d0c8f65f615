import { toJsonb } from '../json.ts';
import {
  type AskedCancel,
  askedValues,
  RECORDED_COLUMNS,
  type RunToCancel,
  type RunToCancelRow,
  recordCancelColumns,
  runToCancel,
} from '../runs/record-cancel.ts';
import type { Sql } from '../sql.ts';
import type { CancelFailure } from './read.ts';

export interface CancelJobToAccept extends AskedCancel {
  id: string;
  userId: string;
  /** The filter that was asked for; null if it was by ids. */
  filter: Record<string, unknown> | null;
  /** The runs to stop; those that turn out to be final count among `alreadyFinal`. */
  runIds: string[];
  matched: number;
  alreadyFinal: number;
  failures: CancelFailure[];
}

export interface AcceptedCancelJob {
  createdAt: Date;
  /** The runs that it stops. */
  recorded: RunToCancel[];
}

/**
 * Makes a bulk cancel durable: the job and the cancel of each of its runs (I3), all or nothing. Locks the job's user first,
 * as deletions of users do, and then the runs in id order, as heartbeats do, against deadlocks.
 */
export async function acceptCancelJob(sql: Sql, job: CancelJobToAccept): Promise<AcceptedCancelJob> {
  const rows = await sql.rows<Omit<RunToCancelRow, 'runId'> & { runId: string | null; createdAt: Date }>(
    ACCEPT,
    {
      ...askedValues(job),
      id: job.id,
      runIds: job.runIds,
      userId: job.userId,
      filter: job.filter && toJsonb(job.filter),
      matched: job.matched,
      alreadyFinal: job.alreadyFinal,
      failures: toJsonb(job.failures),
    },
  );
  const recorded = rows.flatMap(({ runId, ...row }) =>
    runId === null ? [] : [runToCancel({ ...row, runId })],
  );
  return { createdAt: rows[0]!.createdAt, recorded };
}

const ACCEPT = `
with caller as materialized (select id from users where id = :userId::uuid for key share),
held as materialized (
  select id from runs where id = any (:runIds::uuid[]) and status in ('running', 'cancelling')
    and exists (select from caller)
  order by id for update
),
recorded as (
  update runs set ${recordCancelColumns(`'user'`)}
  from held where runs.id = held.id and runs.status in ('running', 'cancelling')
  returning ${RECORDED_COLUMNS}
),
job as (
  insert into cancel_jobs (id, mode, reason, user_id, key_id, request, matched, already_final, failures)
  select :id::uuid, :mode::text, :reason::text, :userId::uuid, :keyId::uuid, :filter::jsonb, :matched::int,
    :alreadyFinal::int + cardinality(:runIds::uuid[]) - count(*)::int, :failures::jsonb
  from recorded
  returning created_at as "createdAt"
),
linked as (insert into cancel_job_runs (job_id, run_id) select :id::uuid, "runId" from recorded)
select * from job left join recorded on true`;
