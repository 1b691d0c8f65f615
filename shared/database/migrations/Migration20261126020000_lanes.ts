import { Migration } from '@mikro-orm/migrations';

/**
 * Claims and sweeps whose cost does not grow with what waits (I14): of the runs with one concurrency key, which wait in a
 * lane, `key_heads` has the one that may be claimed next, and none while the key is held. Triggers keep it so, whatever
 * version of the code writes.
 */
export class Migration20261126020000_lanes extends Migration {
  override up(): void {
    for (const statement of [INDEXES, HEADS, SETTLE, TRIGGERS, BACKFILL]) this.addSql(statement);
  }
}

const INDEXES = `
create index runs_free on runs (user_id, created_at, id)
  where status = 'running' and owner is null and cancel_requested_at is null and concurrency_key is null;
create index runs_waiting_of_key on runs (project_id, concurrency_key, created_at, id)
  where status = 'running' and owner is null and cancel_requested_at is null and concurrency_key is not null;
create index runs_free_of_project on runs (project_id, user_id, created_at, id)
  where status = 'running' and owner is null and cancel_requested_at is null and concurrency_key is null;
create index runs_of_owner on runs (owner) where owner is not null and status in ('running', 'cancelling');`;

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
  primary key (project_id, concurrency_key)
);
create index key_heads_of_user on key_heads (user_id, created_at, run_id);
create index key_heads_of_project on key_heads (project_id, user_id, created_at, run_id);`;

/**
 * One transaction at a time settles a lane, and sees what those before it have committed: whoever comes into a lane and
 * whoever leaves it cannot miss each other. A lane's lock is the last that a transaction waits for, so it closes no circle.
 * A run whose cancel is recorded is passed over; if it was the head, its end settles the lane.
 */
const SETTLE = `
create function settle_lane() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(new.project_id || ' ' || new.concurrency_key, ${0x67687105}));
  delete from key_heads as head
  where head.project_id = new.project_id and head.concurrency_key = new.concurrency_key and not exists (
    select from runs where id = head.run_id and status = 'running' and owner is null and cancel_requested_at is null);
  insert into key_heads (project_id, concurrency_key, run_id, user_id, created_at)
  select project_id, concurrency_key, id, user_id, created_at from runs
  where project_id = new.project_id and concurrency_key = new.concurrency_key
    and status = 'running' and owner is null and cancel_requested_at is null
    and not exists (select from runs as holder where holder.project_id = new.project_id
      and holder.concurrency_key = new.concurrency_key and holder.owner is not null
      and holder.status in ('running', 'cancelling'))
  order by created_at, id limit 1
  on conflict do nothing;
  return null;
end $$;
create function take_head() returns trigger language plpgsql as $$
begin
  delete from key_heads where project_id = new.project_id and concurrency_key = new.concurrency_key;
  return null;
end $$;`;

const TRIGGERS = `
create trigger settle_lane_of_new after insert on runs for each row
  when (new.concurrency_key is not null) execute function settle_lane();
create trigger settle_lane_of_left after update of status, owner on runs for each row
  when (new.concurrency_key is not null and (
    (new.status in ('pass', 'fail') and old.status not in ('pass', 'fail')) or (old.owner is not null and new.owner is null)))
  execute function settle_lane();
create trigger take_head after update of owner on runs for each row
  when (new.concurrency_key is not null and old.owner is null and new.owner is not null) execute function take_head();`;

/** After the triggers, which let nobody write until the migration is committed. */
const BACKFILL = `
insert into key_heads (project_id, concurrency_key, run_id, user_id, created_at)
select distinct on (project_id, concurrency_key) project_id, concurrency_key, id, user_id, created_at from runs
where concurrency_key is not null and status = 'running' and owner is null and cancel_requested_at is null
  and not exists (select from runs as holder where holder.project_id = runs.project_id
    and holder.concurrency_key = runs.concurrency_key and holder.owner is not null
    and holder.status in ('running', 'cancelling'))
order by project_id, concurrency_key, created_at, id`;
