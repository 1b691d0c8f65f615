import type { CancelMode } from '#shared/domain/run/status.ts';
import type { Sql } from '../sql.ts';

/** A run that could not be cancelled, by the code of the error. */
export interface CancelFailure {
  id: string;
  error: 'not_found' | 'forbidden';
}

export interface CancelJobRow {
  id: string;
  userId: string;
  reason: string | null;
  mode: CancelMode;
  filter: Record<string, unknown> | null;
  matched: number;
  alreadyFinal: number;
  failures: CancelFailure[];
  createdAt: Date;
  /** Its runs that are not final yet. All others have ended as cancelled (I3), also those since deleted. */
  live: number;
}

export const readCancelJob = (sql: Sql, id: string): Promise<CancelJobRow | undefined> =>
  sql.row<CancelJobRow>(READ_ONE, { id });

/** The newest bulk cancels: of `userId`, or of everybody. */
export const listCancelJobs = (
  sql: Sql,
  { userId, limit }: { userId?: string | undefined; limit: number },
): Promise<CancelJobRow[]> =>
  userId === undefined
    ? sql.rows<CancelJobRow>(LIST_ALL, { limit })
    : sql.rows<CancelJobRow>(LIST_OF_USER, { limit, userId });

/** Each has up to 10,000 runs that go with it. */
const FORGET_AT_ONCE = 10;

/** Forgets bulk cancels older than `days` whose runs are over, oldest first. Returns whether there may be more. */
export const forgetCancelJobs = async (sql: Sql, days: number): Promise<boolean> =>
  (await sql.rows(FORGET, { days })).length === FORGET_AT_ONCE;

const COLUMNS = `id, user_id as "userId", reason, mode, request as filter, matched, already_final as "alreadyFinal",
  failures, created_at as "createdAt"`;

/** Counted from the runs that are being cancelled, which are few, however many a job has stopped. */
const WITH_LIVE = (jobs: string) => `
with job as materialized (select ${COLUMNS} from cancel_jobs ${jobs}),
live as (
  select link.job_id, count(*)::int as runs from runs join cancel_job_runs as link on link.run_id = runs.id
  where runs.status in ('running', 'cancelling') and runs.cancel_requested_at is not null
    and link.job_id in (select id from job)
  group by link.job_id
)
select job.*, coalesce(live.runs, 0) as live from job left join live on live.job_id = job.id`;

const NEWEST = 'order by created_at desc, id desc limit :limit';
const READ_ONE = WITH_LIVE('where id = :id');
const LIST_ALL = `${WITH_LIVE(NEWEST)} order by job."createdAt" desc, job.id desc`;
const LIST_OF_USER = `${WITH_LIVE(`where user_id = :userId ${NEWEST}`)} order by job."createdAt" desc, job.id desc`;

const FORGET = `
delete from cancel_jobs where id = any (array(
  select id from cancel_jobs where created_at < (select clock_timestamp() - :days::float8 * interval '1 day')
    and not exists (
      select from cancel_job_runs as link join runs on runs.id = link.run_id
      where link.job_id = cancel_jobs.id and runs.status in ('running', 'cancelling'))
  order by created_at, id limit ${FORGET_AT_ONCE}))
returning 1`;
