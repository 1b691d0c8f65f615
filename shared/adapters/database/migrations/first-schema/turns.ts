/*
 * The users with runs to be claimed, in the order of service, per lane (what runs ask of a runner): so a claim's cost does
 * not grow with waiting users, and it reads no runs that its runner may not have (I14). Triggers keep it.
 */
import { FREE, TURN_LOCK, WAITING } from './queued.ts';

/** Rows come and go with each user's runs: what PostgreSQL knows of them must not be older than a few hundred. */
const TABLE = `
create table turns (
  user_id uuid not null,
  runner_labels text[] not null,
  machine_version int not null,
  last_claimed_at timestamptz,
  since timestamptz not null,
  primary key (user_id, runner_labels, machine_version)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500);
create index turns_in_order on turns (runner_labels, machine_version, last_claimed_at nulls first, since, user_id);`;

/**
 * `runs_queued` and `runs_queued_of_project` serve the limits of queues. The predicate of `runs_waiting`, for the system
 * view, is no other statement's: a claim might walk that index through the runs of all users.
 */
const INDEXES = `
create index runs_free_in_lane on runs (user_id, runner_labels, machine_version, created_at, id) where ${FREE};
create index runs_free_in_lane_of_project on runs (user_id, runner_labels, machine_version, project_id, created_at, id) where ${FREE};
create index runs_queued on runs (user_id, created_at, id) where ${WAITING};
create index runs_queued_of_project on runs (project_id) where ${WAITING};
create index runs_claimed on runs (user_id, claimed_at desc) where claimed_at is not null;
create index runs_waiting on runs (created_at, id)
  where status = 'running' and num_nonnulls(owner, cancel_requested_at, parked_until) = 0;`;

const LOCK = `hashtextextended(of_user::text, ${TURN_LOCK})`;
const OWN = '(user_id, runner_labels, machine_version) = (of_user, labels, version)';

/** The order is that of an index: else another might be read as a whole, by a plan that was made while few were waiting. */
const WAITS = `(
    (select id from runs where ${OWN} and ${FREE} order by created_at, id limit 1) is not null
    or (select run_id from key_heads where ${OWN} order by created_at, run_id limit 1) is not null)`;
/** A plan is kept for as long as a connection, though there may be many rows later. */
const PLPGSQL = 'language plpgsql set enable_seqscan = off set enable_sort = off';

/**
 * A transaction that adds a run shares its user's lock until the commit; one that deletes the row holds the lock alone and
 * looks again: no run stays without a row. Both lock at their end, and the latter never waits, so there is no deadlock.
 */
const FUNCTIONS = `
create function join_turns(of_user uuid, labels text[], version int, waiting_since timestamptz) returns void ${PLPGSQL} as $$
begin
  perform pg_advisory_xact_lock_shared(${LOCK});
  if exists (select from turns where ${OWN}) then return; end if;
  insert into turns (user_id, runner_labels, machine_version, last_claimed_at, since)
  values (of_user, labels, version, (select claimed_at from runs where user_id = of_user and claimed_at is not null
    order by claimed_at desc limit 1), waiting_since)
  on conflict do nothing;
end $$;
create function leave_turns(of_user uuid, labels text[], version int) returns void ${PLPGSQL} as $$
begin
  if ${WAITS} then return; end if;
  if not pg_try_advisory_xact_lock(${LOCK}) then return; end if;
  perform from turns where ${OWN} for update skip locked;
  if not found then return; end if;
  delete from turns where ${OWN} and not ${WAITS};
end $$;`;

/** A run that comes, one that is returned, and one that is parked no longer. */
const JOIN = `
create function join_turns_of_new() returns trigger language plpgsql as $$
begin
  perform join_turns(new.user_id, new.runner_labels, new.machine_version, new.created_at);
  return null;
end $$;
create trigger join_turns after insert or update of owner, parked_until on runs for each row
  when (new.concurrency_key is null and new.status = 'running' and num_nonnulls(new.owner, new.cancel_requested_at, new.parked_until) = 0)
  execute function join_turns_of_new();
create trigger join_turns_of_head after insert on key_heads for each row execute function join_turns_of_new();`;

/** At the end of the transaction. One whose cancel is recorded leaves with its end. */
const LEAVE = `
create function leave_turns_of_old() returns trigger language plpgsql as $$
begin
  perform leave_turns(old.user_id, old.runner_labels, old.machine_version);
  return null;
end $$;
create constraint trigger leave_turns after update of owner, status on runs deferrable initially deferred for each row
  when (new.concurrency_key is null and old.owner is null and old.status not in ('pass', 'fail')
    and (new.owner is not null or new.status in ('pass', 'fail')))
  execute function leave_turns_of_old();
create constraint trigger leave_turns after delete on key_heads deferrable initially deferred for each row
  execute function leave_turns_of_old();`;

export const TURNS = TABLE + INDEXES + FUNCTIONS + JOIN + LEAVE;
