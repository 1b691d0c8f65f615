import type { Sql } from '#shared/adapters/database/sql.ts';

/** Ends it like a database's clock that has gone on. */
export const endLease = (sql: Sql, runId: string) => moveLease(sql, runId, "- interval '1 ms'");

/** Extends it like a renewal by a clock that went wrong. */
export const extendLease = (sql: Sql, runId: string) => moveLease(sql, runId, "+ interval '1 minute'");

const moveLease = (sql: Sql, runId: string, by: string) =>
  sql.rows(`update leases set until = clock_timestamp() ${by} where run_id = $1`, [runId]);

/** A runner that is not there has claimed this run, and its lease goes on. */
export async function giveOwner(sql: Sql, runId: string, owner: string): Promise<void> {
  await sql.rows(
    `with claimed as (
       update runs set owner = $2, epoch = epoch + 1, claimed_at = clock_timestamp() where id = $1 returning id, epoch, user_id, project_id)
     insert into leases (run_id, owner, epoch, until, renewed_at, of_user, of_project)
     select id, $2, epoch, clock_timestamp() + interval '1 hour', clock_timestamp(), user_id, project_id from claimed`,
    [runId, owner],
  );
}

/** It is over, as if its owner had ended it. */
export async function endRun(sql: Sql, runId: string): Promise<void> {
  await sql.rows(
    `with ended as (
       update runs set status = 'fail', state = 'fail', finished_at = clock_timestamp(),
         cancelled = cancel_requested_at is not null
       where id = $1 and status not in ('pass', 'fail') returning id)
     delete from leases using ended where run_id = ended.id`,
    [runId],
  );
}

/** It waits again, as if it had never been claimed. */
export async function takeOwner(sql: Sql, runId: string): Promise<void> {
  await sql.rows(
    `with returned as (update runs set owner = null where id = $1 and owner is not null and status = 'running'
       and cancel_requested_at is null returning id)
     delete from leases using returned where run_id = returned.id`,
    [runId],
  );
}
