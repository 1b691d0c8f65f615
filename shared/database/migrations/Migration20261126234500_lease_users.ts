import { backfill, type Cursor, change, NO_UUID, type OnlineMigration } from '../online/stage.ts';
import type { Sql } from '../sql.ts';

/** Not `user_id`: statements of the version before join leases and runs, and say that of a run without naming the table. */
const COLUMNS = `
alter table leases add column if not exists of_user uuid, add column if not exists of_project uuid;`;

/** As before, and with the user and the project of the run. */
const CARRY_LEASE = `
create or replace function carry_lease() returns trigger language plpgsql as $$
begin
  insert into leases (run_id, owner, epoch, until, renewed_at, of_user, of_project)
  values (new.id, new.owner, new.epoch, new.lease_until, coalesce(new.heartbeat_at, clock_timestamp()), new.user_id, new.project_id)
  on conflict (run_id) do update
    set owner = excluded.owner, epoch = excluded.epoch, until = excluded.until, renewed_at = excluded.renewed_at,
      of_user = excluded.of_user, of_project = excluded.of_project
    where leases.epoch <= excluded.epoch;
  return null;
end $$;`;

/** Services of the version before leave the lease of a run that ends or is requeued, and it would still be counted. */
const RELEASE_LEASE = `
create or replace function release_lease() returns trigger language plpgsql as $$
begin
  delete from leases where run_id = new.id and epoch <= new.epoch;
  return null;
end $$;`;

const RELEASE = `
create or replace trigger release_lease after update of status, owner on runs for each row
  when (old.lease_until is not null and old.owner is not null and (new.owner is null or new.status in ('pass', 'fail')))
  execute function release_lease();`;

/** Users and projects of a run never change, so the run need not be locked. */
const FILL = `
with empty as materialized (
  select run_id from leases where of_user is null and run_id > :id::uuid order by run_id limit 1000
  for no key update skip locked
), filled as (
  update leases set of_user = runs.user_id, of_project = runs.project_id
  from empty join runs on runs.id = empty.run_id where leases.run_id = empty.run_id
)
select run_id as id from empty order by run_id desc limit 1`;

/**
 * Whose runs are on runners, in the narrow table of their leases: claims count them there. In an index of `runs` they would
 * pass over every run that has ended since the last vacuum, which comes the later the more runs are stored (I14).
 */
export const Migration20261126234500_lease_users: OnlineMigration = {
  name: 'Migration20261126234500_lease_users',
  stages: [
    change('add columns to leases', { leases: 'access exclusive' }, COLUMNS),
    change('carry over the user of a lease', {}, CARRY_LEASE + RELEASE_LEASE),
    change('create a trigger that releases leases', { runs: 'share row exclusive' }, RELEASE),
    backfill('leases', 'fill in the users of the leases', {
      first: { id: NO_UUID },
      batch: (sql: Sql, after: Cursor) => sql.row<Cursor>(FILL, after),
      left: `select from leases join runs on runs.id = leases.run_id
        where leases.of_user is null and leases.renewed_at < :started limit 1`,
    }),
  ],
};
