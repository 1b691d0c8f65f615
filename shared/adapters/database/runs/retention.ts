import type { Sql } from '../sql.ts';

/** Final runs older than `days`, oldest first, without those to be left out. */
export async function findExpired(
  sql: Sql,
  days: number,
  limit: number,
  leftOut: string[] = [],
): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `select id from runs where status in ('pass', 'fail')
       and finished_at < (select clock_timestamp() - :days::float8 * interval '1 day') and id <> all (:leftOut::uuid[])
     order by finished_at limit :limit`,
    { days, limit, leftOut },
  );
  return rows.map((row) => row.id);
}

/**
 * Gives a run that has an owner and no lease, as after a repair by hand, one that is over: so the sweep finds it. Off the
 * index of the runs that are held: where PostgreSQL remembers that many were, it would read all that are stored (I14).
 */
export const mendLeases = (sql: Sql): Promise<void> =>
  sql.transaction(async (within) => {
    await within.rows(`select set_config('enable_seqscan', 'off', true)`);
    await within.rows(MEND_LEASES);
  });

const MEND_LEASES = `
insert into leases (run_id, owner, epoch, until, renewed_at, of_user, of_project)
select id, owner, epoch, clock_timestamp(), clock_timestamp(), user_id, project_id from runs
where owner is not null and status in ('running', 'cancelling')
  and not exists (select from leases where run_id = id and epoch = runs.epoch)
on conflict (run_id) do update
  set owner = excluded.owner, epoch = excluded.epoch, until = excluded.until, renewed_at = excluded.renewed_at,
    of_user = excluded.of_user, of_project = excluded.of_project
  where leases.epoch < excluded.epoch`;

/** Deletes leases that nobody holds, as after a repair by hand. Returns whether there may be more. */
export async function forgetLeases(sql: Sql): Promise<boolean> {
  const gone = await sql.rows(
    `delete from leases where run_id = any (array(
       select run_id from leases where until < (select clock_timestamp()) and not exists (
         select from runs where id = run_id and epoch = leases.epoch and status in ('running', 'cancelling'))
       limit ${FORGET_AT_ONCE})) and until < clock_timestamp() returning 1`,
  );
  return gone.length === FORGET_AT_ONCE;
}

const FORGET_AT_ONCE = 1_000;

/** Deletes a final run with its events and steps. Its artifacts go first: a run that stays is found again. */
export async function deleteRun(sql: Sql, runId: string): Promise<void> {
  await sql.rows(DELETE_RUN, { runId });
}

const DELETE_RUN = `
with gone as (delete from runs where id = :runId and status in ('pass', 'fail') returning id)
delete from unpublished using gone where run_id = gone.id`;
