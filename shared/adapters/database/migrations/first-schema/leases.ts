/**
 * Leases have a narrow table: a renewal changes no index and no page of `runs`, and claims count the runs on runners here
 * without dead rows of ended runs (I14). No foreign key: a renewal and a run's end would wait for each other.
 */
export const LEASES = `
create table leases (
  run_id uuid primary key,
  owner uuid not null,
  epoch int not null,
  until timestamptz not null,
  renewed_at timestamptz not null,
  of_user uuid not null,
  of_project uuid not null,
  claim uuid,
  claim_place smallint
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index leases_of_owner on leases (owner);
create unique index leases_one_claim on leases (claim, claim_place);`;
