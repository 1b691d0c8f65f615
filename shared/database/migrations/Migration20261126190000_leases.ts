import { backfill, type Cursor, change, NO_UUID, type OnlineMigration } from '../online/stage.ts';
import type { Sql } from '../sql.ts';

/** No foreign key to runs: a renewal and a run's end would wait for each other's locks. */
const LEASES = `
create table if not exists leases (
  run_id uuid primary key,
  owner uuid not null,
  epoch int not null,
  until timestamptz not null,
  renewed_at timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index if not exists leases_of_owner on leases (owner);`;

const OF_EARLIER_VERSIONS = `
create or replace function carry_lease() returns trigger language plpgsql as $$
begin
  insert into leases (run_id, owner, epoch, until, renewed_at)
  values (new.id, new.owner, new.epoch, new.lease_until, coalesce(new.heartbeat_at, clock_timestamp()))
  on conflict (run_id) do update
    set owner = excluded.owner, epoch = excluded.epoch, until = excluded.until, renewed_at = excluded.renewed_at
    where leases.epoch <= excluded.epoch;
  return null;
end $$;`;

const TRIGGER = `
create or replace trigger carry_lease after update of lease_until on runs for each row
  when (new.lease_until is not null and new.owner is not null and new.lease_until is distinct from old.lease_until)
  execute function carry_lease();`;

const MISSING = `runs.owner is not null and runs.status in ('running', 'cancelling') and runs.lease_until is not null
  and not exists (select from leases where run_id = runs.id and leases.epoch >= runs.epoch)`;

/**
 * The run is locked first, as by all who write a lease: so none of them is at this one, and no two wait for each other. A
 * lease that was carried over meanwhile is the newer one.
 */
const CARRY = `
with held as materialized (
  select id from runs
  where owner is not null and status in ('running', 'cancelling') and id > :id::uuid order by id limit 1000
), locked as materialized (
  select runs.id, owner, epoch, lease_until, heartbeat_at from runs join held on runs.id = held.id
  where ${MISSING} order by runs.id for no key update of runs skip locked
), carried as (
  insert into leases (run_id, owner, epoch, until, renewed_at)
  select id, owner, epoch, lease_until, coalesce(heartbeat_at, clock_timestamp()) from locked
  on conflict (run_id) do update
    set owner = excluded.owner, epoch = excluded.epoch, until = excluded.until, renewed_at = excluded.renewed_at
    where leases.epoch < excluded.epoch
)
select id from held order by id desc limit 1`;

/**
 * Leases in a narrow table of their own: a renewal changes no index and no page of `runs`. What `runs` had of them stays
 * for one version, for services of the version before: they write it as ever, and a trigger carries it over. Those of
 * this version leave it empty, which those of the version before never take for a lease that is over.
 */
export const Migration20261126190000_leases: OnlineMigration = {
  name: 'Migration20261126190000_leases',
  stages: [
    change('create the table leases', {}, LEASES + OF_EARLIER_VERSIONS),
    change('create a trigger that carries leases over', { runs: 'share row exclusive' }, TRIGGER),
    backfill('runs', 'carry over the leases of the runs that are held', {
      first: { id: NO_UUID },
      batch: (sql: Sql, after: Cursor) => sql.row<Cursor>(CARRY, after),
      count: `select count(*)::int as count from runs where owner is not null and status in ('running', 'cancelling')`,
      left: `select from runs where ${MISSING} and created_at < :started limit 1`,
    }),
  ],
};
