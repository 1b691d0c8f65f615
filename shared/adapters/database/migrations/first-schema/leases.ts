/**
 * Leases in a narrow table of their own: a renewal changes no index and no page of `runs`. Claims count here whose runs are
 * on runners: in an index of `runs` they would pass over every run that has ended since the last vacuum, which comes the
 * later the more runs are stored (I14). A claim that is asked again finds its runs by its id; a second one under way is refused.
 * No foreign key to runs: a renewal and a run's end would wait for each other's locks.
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
