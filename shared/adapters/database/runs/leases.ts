/*
 * SQL about leases, as parts of statements. Heartbeats renew a lease's row without touching the run's, whose owner, epoch
 * and `last_seq` guard writes against two owners. A statement that locks both locks the run first.
 */

const OF_RUN = 'leases.run_id = runs.id and leases.epoch = runs.epoch';

/** `runs` has a lease that holds. One that was renewed this very moment may still look as it did before: shorter. */
export const LEASE_HOLDS = `exists (select from leases where ${OF_RUN} and leases.until > clock_timestamp())`;

/** The join that reads a lease beside its run. */
export const JOIN_LEASE = `left join leases on ${OF_RUN}`;

/**
 * Common table expressions: locks the run `:runId`, then its lease, so that no renewal is on its way while it is judged;
 * `judged_lease.over` says whether it is over.
 */
export const JUDGE_LEASE = `
locked_run as materialized (select id, epoch from runs where id = :runId for update),
judged_lease as materialized (
  select leases.until < clock_timestamp() as over from leases
  join locked_run on leases.run_id = locked_run.id and leases.epoch = locked_run.epoch for update of leases
)`;

/** After {@link JUDGE_LEASE}. */
export const LEASE_OVER = 'coalesce((select over from judged_lease), false)';

/**
 * A common table expression: takes the leases of the claimed runs of `claimed (id, epoch, "userId", "projectId")` for `:owner`,
 * each with its place in `:claim`. The index `leases_one_claim` refuses a claim that comes twice.
 */
export const TAKE_LEASE = `
taken_lease as (
  insert into leases (run_id, owner, epoch, until, renewed_at, of_user, of_project, claim, claim_place)
  select id, :owner, epoch, clock_timestamp() + :leaseMs::float8 * interval '1 ms', clock_timestamp(), "userId", "projectId",
    :claim::uuid, row_number() over (order by id)
  from claimed
  on conflict (run_id) do update
    set owner = excluded.owner, epoch = excluded.epoch, until = excluded.until, renewed_at = excluded.renewed_at,
      of_user = excluded.of_user, of_project = excluded.of_project, claim = excluded.claim, claim_place = excluded.claim_place
)`;

/** A common table expression: removes the lease of `run (id, status, owner)` if it is final or back in the queue. */
export const RELEASE_LEASE = `
released_lease as (
  delete from leases using run
  where leases.run_id = run.id and (run.owner is null or run.status in ('pass', 'fail'))
)`;
