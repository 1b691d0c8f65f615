import { backfill, buildIndex, type Cursor, change, NO_UUID, type OnlineMigration } from '../online/stage.ts';
import type { Sql } from '../sql.ts';

const FREE = `status = 'running' and owner is null and cancel_requested_at is null and (concurrency_key is null)`;
const TURN_LOCK = 0x67687106;
const lockOf = (user: string) => `hashtextextended(${user}::text, ${TURN_LOCK})`;

/** Rows come and go with each user's runs: what PostgreSQL knows of them must not be older than a few hundred. */
const TURNS = `
create table if not exists turns (
  user_id uuid primary key,
  last_claimed_at timestamptz,
  since timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500);
create index if not exists turns_in_order on turns (last_claimed_at nulls first, since, user_id);`;

/** The order is that of an index: else another might be read as a whole, by a plan that was made while few were waiting. */
const WAITS = (user: string) => `(
    (select id from runs where user_id = ${user} and ${FREE} order by created_at, id limit 1) is not null
    or (select run_id from key_heads where user_id = ${user} order by created_at, run_id limit 1) is not null)`;
/** A plan is kept for as long as a connection, though there may be many rows later. */
const PLPGSQL = 'language plpgsql set enable_seqscan = off set enable_sort = off';

/**
 * Whoever lets a user's run in shares the user's lock until that can be seen; whoever takes a row away has it alone, and
 * looks again with it. So no run waits for ever because its row is gone. Who leaves waits for nobody, and does so at the
 * very end of its transaction: who joins waits for a commit at most, and is the last to wait itself. So neither is part of
 * a circle.
 */
const FUNCTIONS = `
create or replace function join_turns(of_user uuid, waiting_since timestamptz) returns void ${PLPGSQL} as $$
begin
  perform pg_advisory_xact_lock_shared(${lockOf('of_user')});
  if exists (select from turns where user_id = of_user) then return; end if;
  insert into turns (user_id, last_claimed_at, since)
  values (of_user, (select claimed_at from runs where user_id = of_user and claimed_at is not null
    order by claimed_at desc limit 1), waiting_since)
  on conflict do nothing;
end $$;
create or replace function leave_turns(of_user uuid) returns void ${PLPGSQL} as $$
begin
  if ${WAITS('of_user')} then return; end if;
  if not pg_try_advisory_xact_lock(${lockOf('of_user')}) then return; end if;
  perform from turns where user_id = of_user for update skip locked;
  if not found then return; end if;
  delete from turns where user_id = of_user and not ${WAITS('of_user')};
end $$;`;

/** Of claims of one user that are on their way together one is enough to say when it was. */
const TRIGGER_FUNCTIONS = `
create or replace function join_turns_of_new() returns trigger language plpgsql as $$
begin
  perform join_turns(new.user_id, new.created_at);
  return null;
end $$;
create or replace function leave_turns_of_old() returns trigger language plpgsql as $$
begin
  perform leave_turns(old.user_id);
  return null;
end $$;
create or replace function take_turn() returns trigger ${PLPGSQL} as $$
begin
  update turns set last_claimed_at = coalesce(new.claimed_at, clock_timestamp())
  from (select user_id from turns where user_id = new.user_id and last_claimed_at is distinct from new.claimed_at
    for no key update skip locked) as own
  where turns.user_id = own.user_id;
  return null;
end $$;`;

const TRIGGERS = `
create or replace trigger join_turns_of_new after insert on runs for each row
  when (new.concurrency_key is null and new.status = 'running' and new.owner is null and new.cancel_requested_at is null)
  execute function join_turns_of_new();
create or replace trigger join_turns_of_returned after update of owner on runs for each row
  when (new.concurrency_key is null and new.status = 'running' and old.owner is not null and new.owner is null
    and new.cancel_requested_at is null)
  execute function join_turns_of_new();
create or replace trigger join_turns_of_head after insert on key_heads for each row execute function join_turns_of_new();
create or replace trigger take_turn after update of owner on runs for each row
  when (old.owner is null and new.owner is not null) execute function take_turn();`;

/** At the end of the transaction. One whose cancel is recorded leaves with its end. */
const LEAVE_OF_RUNS = `
create constraint trigger leave_turns after update of owner, status on runs deferrable initially deferred for each row
  when (new.concurrency_key is null and old.owner is null and old.status not in ('pass', 'fail')
    and (new.owner is not null or new.status in ('pass', 'fail')))
  execute function leave_turns_of_old();`;
const LEAVE_OF_HEADS = `
create constraint trigger leave_turns after delete on key_heads deferrable initially deferred for each row
  execute function leave_turns_of_old();`;
const isThere = (table: string) =>
  `select from pg_trigger where tgname = 'leave_turns' and tgrelid = '${table}'::regclass`;

const USERS_AT_ONCE = 500;

/** The users of a table, one after the other in its index; none of their runs is read. */
const usersOf = (name: string, table: string, where: string) => `
${name} as (
  (select user_id from ${table} where ${where} and user_id > :user::uuid order by user_id limit 1)
  union all
  select following.user_id from ${name} as before cross join lateral (
    select user_id from ${table} where ${where} and user_id > before.user_id order by user_id limit 1
  ) as following
)`;

const LOCK_USERS = `
with recursive ${usersOf('of_runs', 'runs', FREE)}, ${usersOf('of_heads', 'key_heads', 'true')},
waiting as materialized (
  select user_id from (
    (select user_id from of_runs limit ${USERS_AT_ONCE}) union (select user_id from of_heads limit ${USERS_AT_ONCE})
  ) as either order by user_id limit ${USERS_AT_ONCE}
)
select user_id as user, pg_try_advisory_xact_lock_shared(${lockOf('user_id')}) as locked from waiting order by user_id`;

const FILL_TURNS = `
insert into turns (user_id, last_claimed_at, since)
select own.user_id, (select claimed_at from runs where user_id = own.user_id and claimed_at is not null
    order by claimed_at desc limit 1),
  least((select created_at from runs where user_id = own.user_id and ${FREE} order by created_at limit 1),
    (select created_at from key_heads where user_id = own.user_id order by created_at limit 1))
from unnest(:users::uuid[]) as own (user_id) where ${WAITS('own.user_id')} order by own.user_id
on conflict do nothing`;

/** Users of whom a run comes in or the last one goes at the moment are left out. */
async function fillTurns(sql: Sql, after: Cursor): Promise<Cursor | undefined> {
  return sql.transaction(async (within) => {
    const users = await within.rows<{ user: string; locked: boolean }>(LOCK_USERS, after);
    await within.rows(FILL_TURNS, { users: users.flatMap(({ user, locked }) => (locked ? [user] : [])) });
    const last = users.at(-1);
    return last && { user: last.user };
  });
}

/**
 * A claim whose cost does not grow with the users that wait (I14): those that have something that may be claimed, in the
 * order in which they are served. Triggers keep it, whatever version of the code writes.
 */
export const Migration20261126213000_turns: OnlineMigration = {
  name: 'Migration20261126213000_turns',
  stages: [
    buildIndex('runs', 'runs_free_of_lane', `(user_id, project_id, created_at, id) where ${FREE}`),
    buildIndex('key_heads', 'key_heads_of_lane', '(user_id, project_id, created_at, run_id)'),
    change('create the table turns', {}, TURNS + FUNCTIONS + TRIGGER_FUNCTIONS),
    change(
      'create triggers that keep turns',
      { runs: 'share row exclusive', key_heads: 'share row exclusive' },
      TRIGGERS,
    ),
    change(
      'create a trigger that ends the turns of users without a run',
      { runs: 'share row exclusive' },
      LEAVE_OF_RUNS,
      isThere('runs'),
    ),
    change(
      'create a trigger that ends the turns of users without a head',
      { key_heads: 'share row exclusive' },
      LEAVE_OF_HEADS,
      isThere('key_heads'),
    ),
    backfill('runs', 'fill turns with the users that have something to be claimed', {
      first: { user: NO_UUID },
      batch: fillTurns,
      left: `select from runs where ${FREE} and created_at < :started
          and not exists (select from turns where user_id = runs.user_id)
        union all
        select from key_heads where created_at < :started
          and not exists (select from turns where user_id = key_heads.user_id)
        limit 1`,
      count: `select count(distinct user_id)::int as count from runs where ${FREE}`,
    }),
  ],
};
