/*
 * `key_heads` has the next run of each concurrency key that may be claimed, and none while the key is held: so the cost
 * of claims and sweeps does not grow with what waits (I14). Triggers keep it, whatever statement writes.
 */
import { KEY_LOCK, UNDER_WAY, WAITING } from './queued.ts';

/**
 * No foreign key to runs: it would lock the run that is next, and a bulk cancel, which locks many, could wait for the
 * one that has just ended while that one waits for it.
 */
const HEADS = `
create table key_heads (
  project_id uuid not null,
  concurrency_key text not null,
  run_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null,
  runner_labels text[] not null,
  machine_version int not null,
  primary key (project_id, concurrency_key)
);
create index key_heads_in_lane on key_heads (user_id, runner_labels, machine_version, created_at, run_id);
create index key_heads_in_lane_of_project on key_heads (user_id, runner_labels, machine_version, project_id, created_at, run_id);`;

/** One run of a key is under way: the database refuses a second, whatever two runners see. */
const INDEXES = `
create unique index runs_one_of_key on runs (project_id, concurrency_key)
  where concurrency_key is not null and ${UNDER_WAY};
create index runs_of_key on runs (project_id, concurrency_key, created_at)
  where concurrency_key is not null and status in ('running', 'cancelling');
create index runs_waiting_of_key on runs (project_id, concurrency_key, created_at, id)
  where ${WAITING} and concurrency_key is not null;`;

/**
 * One transaction at a time settles a key, and sees what earlier ones committed: no arrival misses a departure. A key's
 * lock is a transaction's last, so it cannot deadlock. A run with a recorded cancel is passed over; its end settles.
 */
const SETTLE = `
create function settle_key() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(new.project_id || ' ' || new.concurrency_key, ${KEY_LOCK}));
  -- One that was stored before an older one gives way to it: claims take the oldest, and only in the queue of the head.
  delete from key_heads as head
  where head.project_id = new.project_id and head.concurrency_key = new.concurrency_key and not exists (
    select from (
      select id, runner_labels, machine_version from runs
      where project_id = new.project_id and concurrency_key = new.concurrency_key and ${WAITING}
      order by created_at, id limit 1
    ) as first
    where id = head.run_id and (runner_labels, machine_version) = (head.runner_labels, head.machine_version));
  insert into key_heads (project_id, concurrency_key, run_id, user_id, created_at, runner_labels, machine_version)
  select project_id, concurrency_key, id, user_id, created_at, runner_labels, machine_version from runs
  where project_id = new.project_id and concurrency_key = new.concurrency_key
    and ${WAITING}
    and not exists (select from runs as holder where holder.project_id = new.project_id
      and holder.concurrency_key = new.concurrency_key
      and (holder.owner is not null or holder.parked_until is not null) and holder.status in ('running', 'cancelling'))
  order by created_at, id limit 1
  on conflict do nothing;
  return null;
end $$;
create trigger settle_key_of_new after insert on runs for each row
  when (new.concurrency_key is not null) execute function settle_key();
create trigger settle_key_of_left after update of status, owner, parked_until on runs for each row
  when (new.concurrency_key is not null and (
    (new.status in ('pass', 'fail') and old.status not in ('pass', 'fail')) or (old.owner is not null and new.owner is null)
    or (old.parked_until is not null and new.parked_until is null)))
  execute function settle_key();
create trigger settle_key_of_moved after update of runner_labels, machine_version on runs for each row
  when (new.concurrency_key is not null and new.owner is null
    and (new.runner_labels, new.machine_version) is distinct from (old.runner_labels, old.machine_version))
  execute function settle_key();`;

const TAKE = `
create function take_head() returns trigger language plpgsql as $$
begin
  delete from key_heads where project_id = new.project_id and concurrency_key = new.concurrency_key;
  return null;
end $$;
create trigger take_head after update of owner on runs for each row
  when (new.concurrency_key is not null and old.owner is null and new.owner is not null) execute function take_head();`;

export const KEY_HEADS = HEADS + INDEXES + SETTLE + TAKE;
