/*
 * The users with runs to be claimed, in the order of service, per set of runner labels: so a claim's cost does not grow
 * with waiting users, and it reads no runs that its runner may not have (I14). Triggers keep it.
 */
import { FREE, TURN_LOCK, WAITING } from './queued.ts';

/** Rows come and go with each user's runs: what PostgreSQL knows of them must not be older than a few hundred. */
const TABLE = `
create table turns (
  user_id uuid not null,
  runner_labels text[] not null default '{}',
  last_claimed_at timestamptz,
  since timestamptz not null,
  primary key (user_id, runner_labels)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500);
create index turns_of_labels_in_order on turns (runner_labels, last_claimed_at nulls first, since, user_id);`;

/**
 * `runs_queued` and `runs_queued_of_project` serve the limits of queues. The predicate of `runs_waiting`, for the system
 * view, is no other statement's: a claim might walk that index through the runs of all users.
 */
const INDEXES = `
create index runs_free_of_labels on runs (user_id, runner_labels, created_at, id) where ${FREE};
create index runs_free_of_labels_and_project on runs (user_id, runner_labels, project_id, created_at, id) where ${FREE};
create index runs_queued on runs (user_id, created_at, id) where ${WAITING};
create index runs_queued_of_project on runs (project_id) where ${WAITING};
create index runs_claimed on runs (user_id, claimed_at desc) where claimed_at is not null;
create index runs_waiting on runs (created_at, id) where status = 'running' and num_nonnulls(owner, cancel_requested_at) = 0;`;

const lockOf = (user: string) => `hashtextextended(${user}::text, ${TURN_LOCK})`;

/** The order is that of an index: else another might be read as a whole, by a plan that was made while few were waiting. */
const waits = (user: string, labels: string) => `(
    (select id from runs where user_id = ${user} and runner_labels = ${labels} and ${FREE} order by created_at, id limit 1) is not null
    or (select run_id from key_heads where user_id = ${user} and runner_labels = ${labels}
      order by created_at, run_id limit 1) is not null)`;
/** A plan is kept for as long as a connection, though there may be many rows later. */
const PLPGSQL = 'language plpgsql set enable_seqscan = off set enable_sort = off';

/**
 * A transaction that adds a run shares its user's lock until the commit; one that deletes the row holds the lock alone and
 * looks again: no run stays without a row. Both lock at their end, and the latter never waits, so there is no deadlock.
 */
const FUNCTIONS = `
create function join_turns(of_user uuid, labels text[], waiting_since timestamptz) returns void ${PLPGSQL} as $$
begin
  perform pg_advisory_xact_lock_shared(${lockOf('of_user')});
  if exists (select from turns where user_id = of_user and runner_labels = labels) then return; end if;
  insert into turns (user_id, runner_labels, last_claimed_at, since)
  values (of_user, labels, (select claimed_at from runs where user_id = of_user and claimed_at is not null
    order by claimed_at desc limit 1), waiting_since)
  on conflict do nothing;
end $$;
create function leave_turns(of_user uuid, labels text[]) returns void ${PLPGSQL} as $$
begin
  if ${waits('of_user', 'labels')} then return; end if;
  if not pg_try_advisory_xact_lock(${lockOf('of_user')}) then return; end if;
  perform from turns where user_id = of_user and runner_labels = labels for update skip locked;
  if not found then return; end if;
  delete from turns where user_id = of_user and runner_labels = labels and not ${waits('of_user', 'labels')};
end $$;`;

const JOIN = `
create function join_turns_of_new() returns trigger language plpgsql as $$
begin
  perform join_turns(new.user_id, new.runner_labels, new.created_at);
  return null;
end $$;
create trigger join_turns_of_new after insert on runs for each row
  when (new.concurrency_key is null and new.status = 'running' and new.owner is null and new.cancel_requested_at is null)
  execute function join_turns_of_new();
create trigger join_turns_of_returned after update of owner on runs for each row
  when (new.concurrency_key is null and new.status = 'running' and old.owner is not null and new.owner is null
    and new.cancel_requested_at is null)
  execute function join_turns_of_new();
create trigger join_turns_of_head after insert on key_heads for each row execute function join_turns_of_new();`;

/** How many sets of labels of a user a claim moves back with the one that it takes a run of. */
const SETS = 32;

/** If several claims of one user are on their way together, one is enough to say when it was. */
const TAKE = `
create function take_turn() returns trigger ${PLPGSQL} as $$
begin
  update turns set last_claimed_at = coalesce(new.claimed_at, clock_timestamp())
  from (
    select user_id, runner_labels from (
      (select * from turns where user_id = new.user_id and runner_labels = new.runner_labels)
      union (select * from turns where user_id = new.user_id limit ${SETS})
    ) as either where last_claimed_at is distinct from new.claimed_at
  ) as own, lateral (
    select from turns where user_id = own.user_id and runner_labels = own.runner_labels for no key update skip locked
  ) as locked
  where turns.user_id = own.user_id and turns.runner_labels = own.runner_labels;
  return null;
end $$;
create trigger take_turn after update of owner on runs for each row
  when (old.owner is null and new.owner is not null) execute function take_turn();`;

/** At the end of the transaction. One whose cancel is recorded leaves with its end. */
const LEAVE = `
create function leave_turns_of_old() returns trigger language plpgsql as $$
begin
  perform leave_turns(old.user_id, old.runner_labels);
  return null;
end $$;
create constraint trigger leave_turns after update of owner, status on runs deferrable initially deferred for each row
  when (new.concurrency_key is null and old.owner is null and old.status not in ('pass', 'fail')
    and (new.owner is not null or new.status in ('pass', 'fail')))
  execute function leave_turns_of_old();
create constraint trigger leave_turns after delete on key_heads deferrable initially deferred for each row
  execute function leave_turns_of_old();`;

export const TURNS = TABLE + INDEXES + FUNCTIONS + JOIN + TAKE + LEAVE;
