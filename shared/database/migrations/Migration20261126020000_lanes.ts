import { backfill, buildIndex, type Cursor, change, NO_UUID, type OnlineMigration } from '../online/stage.ts';
import type { Sql } from '../sql.ts';

const WAITING = `status = 'running' and owner is null and cancel_requested_at is null`;
const LANE_LOCK = 0x67687105;

/**
 * No foreign key to runs: it would lock the run that is next, and a bulk cancel, which locks many, could wait for the
 * one that has just ended while that one waits for it.
 */
const HEADS = `
create table if not exists key_heads (
  project_id uuid not null,
  concurrency_key text not null,
  run_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null,
  primary key (project_id, concurrency_key)
);
create index if not exists key_heads_of_user on key_heads (user_id, created_at, run_id);
create index if not exists key_heads_of_project on key_heads (project_id, user_id, created_at, run_id);`;

/**
 * One transaction at a time settles a lane, and sees what those before it have committed: whoever comes into a lane and
 * whoever leaves it cannot miss each other. A lane's lock is the last that a transaction waits for, so it closes no circle.
 * A run whose cancel is recorded is passed over; if it was the head, its end settles the lane.
 */
const SETTLE = `
create or replace function settle_lane() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(new.project_id || ' ' || new.concurrency_key, ${LANE_LOCK}));
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
create or replace function take_head() returns trigger language plpgsql as $$
begin
  delete from key_heads where project_id = new.project_id and concurrency_key = new.concurrency_key;
  return null;
end $$;`;

const TRIGGERS = `
create or replace trigger settle_lane_of_new after insert on runs for each row
  when (new.concurrency_key is not null) execute function settle_lane();
create or replace trigger settle_lane_of_left after update of status, owner on runs for each row
  when (new.concurrency_key is not null and (
    (new.status in ('pass', 'fail') and old.status not in ('pass', 'fail')) or (old.owner is not null and new.owner is null)))
  execute function settle_lane();
create or replace trigger take_head after update of owner on runs for each row
  when (new.concurrency_key is not null and old.owner is null and new.owner is not null) execute function take_head();`;

const LANES_AT_ONCE = 500;

/**
 * Lanes whose lock another transaction has are left out: that one is settling the lane. With the lock, the second
 * statement sees what all before have committed, as `settle_lane` does.
 */
async function settleLanes(sql: Sql, after: Cursor): Promise<Cursor | undefined> {
  return sql.transaction(async (within) => {
    const lanes = await within.rows<Lane>(LOCK_LANES, after);
    const locked = lanes.filter((lane) => lane.locked);
    await within.rows(FILL_HEADS, {
      projects: locked.map(({ project }) => project),
      keys: locked.map(({ key }) => key),
    });
    const last = lanes.at(-1);
    return last && { project: last.project, key: last.key };
  });
}

interface Lane {
  project: string;
  key: string;
  locked: boolean;
}

const LOCK_LANES = `
with lane as materialized (
  select distinct project_id, concurrency_key from runs
  where ${WAITING} and concurrency_key is not null and (project_id, concurrency_key) > (:project::uuid, :key::text)
  order by project_id, concurrency_key limit ${LANES_AT_ONCE}
)
select project_id as project, concurrency_key as key,
  pg_try_advisory_xact_lock(hashtextextended(project_id || ' ' || concurrency_key, ${LANE_LOCK})) as locked
from lane order by project_id, concurrency_key`;

const NOT_HELD = `not exists (select from runs as holder where holder.project_id = runs.project_id
    and holder.concurrency_key = runs.concurrency_key and holder.owner is not null
    and holder.status in ('running', 'cancelling'))`;

const FILL_HEADS = `
insert into key_heads (project_id, concurrency_key, run_id, user_id, created_at)
select first.project_id, first.concurrency_key, first.id, first.user_id, first.created_at
from unnest(:projects::uuid[], :keys::text[]) as lane (project, key) cross join lateral (
  select project_id, concurrency_key, id, user_id, created_at from runs
  where project_id = lane.project and concurrency_key = lane.key and ${WAITING} and ${NOT_HELD}
  order by created_at, id limit 1
) as first
on conflict do nothing`;

const WITHOUT_HEAD = `
select from runs
where ${WAITING} and concurrency_key is not null and created_at < :started and ${NOT_HELD}
  and not exists (select from key_heads as head
    where head.project_id = runs.project_id and head.concurrency_key = runs.concurrency_key)
limit 1`;

const FREE = `where ${WAITING} and concurrency_key is null`;

/**
 * Claims and sweeps whose cost does not grow with what waits (I14): of the runs with one concurrency key, which wait in a
 * lane, `key_heads` has the one that may be claimed next, and none while the key is held. Triggers keep it so, whatever
 * version of the code writes.
 */
export const Migration20261126020000_lanes: OnlineMigration = {
  name: 'Migration20261126020000_lanes',
  stages: [
    buildIndex('runs', 'runs_free', `(user_id, created_at, id) ${FREE}`),
    buildIndex(
      'runs',
      'runs_waiting_of_key',
      `(project_id, concurrency_key, created_at, id) where ${WAITING} and concurrency_key is not null`,
    ),
    buildIndex('runs', 'runs_free_of_project', `(project_id, user_id, created_at, id) ${FREE}`),
    buildIndex(
      'runs',
      'runs_of_owner',
      `(owner) where owner is not null and status in ('running', 'cancelling')`,
    ),
    change('create the table key_heads', {}, HEADS + SETTLE),
    change('create triggers that keep key_heads', { runs: 'share row exclusive' }, TRIGGERS),
    backfill('runs', 'fill key_heads with the next run of each key', {
      first: { project: NO_UUID, key: '' },
      batch: settleLanes,
      left: WITHOUT_HEAD,
      count: `select count(distinct (project_id, concurrency_key))::int as count from runs
        where ${WAITING} and concurrency_key is not null`,
    }),
  ],
};
