import { Migration } from '@mikro-orm/migrations';

/**
 * Leases in a narrow table of their own: a renewal changes no index and no page of `runs`. What `runs` had of them stays
 * for one version, for services of the version before: they write it as ever, and a trigger carries it over. Those of
 * this version leave it empty, which those of the version before never take for a lease that is over.
 */
export class Migration20261126190000_leases extends Migration {
  override up(): void {
    for (const statement of [LEASES, OF_EARLIER_VERSIONS, BACKFILL]) this.addSql(statement);
  }
}

/** No foreign key to runs: a renewal and a run's end would wait for each other's locks. */
const LEASES = `
create table leases (
  run_id uuid primary key,
  owner uuid not null,
  epoch int not null,
  until timestamptz not null,
  renewed_at timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index leases_of_owner on leases (owner);`;

const OF_EARLIER_VERSIONS = `
create function carry_lease() returns trigger language plpgsql as $$
begin
  insert into leases (run_id, owner, epoch, until, renewed_at)
  values (new.id, new.owner, new.epoch, new.lease_until, coalesce(new.heartbeat_at, clock_timestamp()))
  on conflict (run_id) do update
    set owner = excluded.owner, epoch = excluded.epoch, until = excluded.until, renewed_at = excluded.renewed_at
    where leases.epoch <= excluded.epoch;
  return null;
end $$;
create trigger carry_lease after update of lease_until on runs for each row
  when (new.lease_until is not null and new.owner is not null and new.lease_until is distinct from old.lease_until)
  execute function carry_lease();`;

/** After the trigger, which lets nobody write until the migration is committed. */
const BACKFILL = `
insert into leases (run_id, owner, epoch, until, renewed_at)
select id, owner, epoch, lease_until, coalesce(heartbeat_at, clock_timestamp()) from runs
where owner is not null and status in ('running', 'cancelling') and lease_until is not null`;
