import { buildIndex, change, type OnlineMigration } from '../online/stage.ts';

/**
 * In words that are no other index's: whichever else PostgreSQL might walk, it would be past other users' runs.
 */
const FREE = `status = 'running' and num_nonnulls(owner) = 0 and num_nonnulls(cancel_requested_at) = 0
  and num_nonnulls(concurrency_key) = 0`;
const LANE_LOCK = 0x67687105;
const TURN_LOCK = 0x67687106;
const lockOf = (user: string) => `hashtextextended(${user}::text, ${TURN_LOCK})`;

/** As before, and with the labels of the run that is next. */
const SETTLE_LANE = `
create or replace function settle_lane() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(new.project_id || ' ' || new.concurrency_key, ${LANE_LOCK}));
  delete from key_heads as head
  where head.project_id = new.project_id and head.concurrency_key = new.concurrency_key and not exists (
    select from runs where id = head.run_id and status = 'running' and owner is null and cancel_requested_at is null);
  insert into key_heads (project_id, concurrency_key, run_id, user_id, created_at, runner_labels)
  select project_id, concurrency_key, id, user_id, created_at, runner_labels from runs
  where project_id = new.project_id and concurrency_key = new.concurrency_key
    and status = 'running' and owner is null and cancel_requested_at is null
    and not exists (select from runs as holder where holder.project_id = new.project_id
      and holder.concurrency_key = new.concurrency_key and holder.owner is not null
      and holder.status in ('running', 'cancelling'))
  order by created_at, id limit 1
  on conflict do nothing;
  return null;
end $$;`;

/** The order is that of an index: else another might be read as a whole, by a plan that was made while few were waiting. */
const WAITS = (user: string, labels: string) => `(
    (select id from runs where user_id = ${user} and runner_labels = ${labels} and ${FREE} order by created_at, id limit 1) is not null
    or (select run_id from key_heads where user_id = ${user} and runner_labels = ${labels}
      order by created_at, run_id limit 1) is not null)`;
/** A plan is kept for as long as a connection, though there may be many rows later. */
const PLPGSQL = 'language plpgsql set enable_seqscan = off set enable_sort = off';

/** As before, for the labels alone. Those that name none are of the version before. */
const TURNS = `
create or replace function join_turns(of_user uuid, labels text[], waiting_since timestamptz) returns void ${PLPGSQL} as $$
begin
  perform pg_advisory_xact_lock_shared(${lockOf('of_user')});
  if exists (select from turns where user_id = of_user and runner_labels = labels) then return; end if;
  insert into turns (user_id, runner_labels, last_claimed_at, since)
  values (of_user, labels, (select claimed_at from runs where user_id = of_user and claimed_at is not null
    order by claimed_at desc limit 1), waiting_since)
  on conflict do nothing;
end $$;
create or replace function leave_turns(of_user uuid, labels text[]) returns void ${PLPGSQL} as $$
begin
  if ${WAITS('of_user', 'labels')} then return; end if;
  if not pg_try_advisory_xact_lock(${lockOf('of_user')}) then return; end if;
  perform from turns where user_id = of_user and runner_labels = labels for update skip locked;
  if not found then return; end if;
  delete from turns where user_id = of_user and runner_labels = labels and not ${WAITS('of_user', 'labels')};
end $$;
create or replace function join_turns(of_user uuid, waiting_since timestamptz) returns void language plpgsql as $$
begin
  perform join_turns(of_user, '{}', waiting_since);
end $$;
create or replace function leave_turns(of_user uuid) returns void language plpgsql as $$
begin
  perform leave_turns(of_user, '{}');
end $$;`;

/** How many sets of labels of a user a claim moves back with the one that it takes a run of. */
const SETS = 32;

const TRIGGER_FUNCTIONS = `
create or replace function join_turns_of_new() returns trigger language plpgsql as $$
begin
  perform join_turns(new.user_id, new.runner_labels, new.created_at);
  return null;
end $$;
create or replace function leave_turns_of_old() returns trigger language plpgsql as $$
begin
  perform leave_turns(old.user_id, old.runner_labels);
  return null;
end $$;
create or replace function take_turn() returns trigger ${PLPGSQL} as $$
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
end $$;`;

const addLabels = (table: string) =>
  change(
    `add a column to ${table}`,
    { [table]: 'access exclusive' },
    `alter table ${table} add column if not exists runner_labels text[] not null default '{}'`,
  );

/**
 * Which labels a run asks of its runner, sorted. They are part of its lane, so that a claim reads nothing of the runs that
 * its runner may not have (I14). The earlier indexes of lanes stay for services of the version before, whose runners take a
 * run whatever its labels.
 */
export const Migration20261126233000_run_labels: OnlineMigration = {
  name: 'Migration20261126233000_run_labels',
  stages: [
    ...['runs', 'key_heads', 'turns'].map(addLabels),
    buildIndex('turns', 'turns_of_labels', '(user_id, runner_labels)', { unique: true }),
    change(
      'let a user have a turn for each set of labels',
      { turns: 'access exclusive' },
      `alter table turns drop constraint turns_pkey, add constraint turns_of_labels primary key using index turns_of_labels`,
      `select from pg_constraint where conname = 'turns_of_labels'`,
    ),
    buildIndex('runs', 'runs_free_of_labels', `(user_id, runner_labels, created_at, id) where ${FREE}`),
    buildIndex(
      'runs',
      'runs_free_of_labels_and_project',
      `(user_id, runner_labels, project_id, created_at, id) where ${FREE}`,
    ),
    buildIndex('key_heads', 'key_heads_of_labels', '(user_id, runner_labels, created_at, run_id)'),
    buildIndex(
      'key_heads',
      'key_heads_of_labels_and_project',
      '(user_id, runner_labels, project_id, created_at, run_id)',
    ),
    buildIndex(
      'turns',
      'turns_of_labels_in_order',
      '(runner_labels, last_claimed_at nulls first, since, user_id)',
    ),
    change('keep turns and heads by labels', {}, SETTLE_LANE + TURNS + TRIGGER_FUNCTIONS),
  ],
};
