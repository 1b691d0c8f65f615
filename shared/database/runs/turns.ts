/*
 * `turns` has a row for each user that has something to be claimed: a queued run without a concurrency key, or the head of
 * a key. Triggers keep it (migration `turns`); this mends what they cannot have kept, such as after a repair by hand.
 */
import { randomUUID } from 'node:crypto';
import type { Sql } from '../sql.ts';

/** Users at once. */
const PAGE = 500;
const PAGES = 20;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Gives users that wait and have no turn one, and takes it from those that have nothing to be claimed; of so many users,
 * beginning anywhere. It costs no more with more that wait (I14), and in time it has been at everyone (I5).
 */
export async function mendTurns(sql: Sql, begin: string = randomUUID()): Promise<void> {
  let [after, isSecondRound] = [begin, false];
  for (let pages = 0; pages < PAGES; pages += 1) {
    const joined = await sql.row<Page>(JOIN, { after });
    const left = await sql.row<Page>(LEAVE, { after });
    const lasts = [joined, left].flatMap((page) => (page?.last && page.count === PAGE ? [page.last] : []));
    if (lasts.length === 0 && isSecondRound) return;
    if (lasts.length === 0) isSecondRound = true;
    after = lasts.toSorted()[0] ?? BEFORE_ALL;
  }
}

interface Page {
  last: string | null;
  count: number;
}

const FREE = `status = 'running' and owner is null and cancel_requested_at is null and (concurrency_key is null)`;

/** The users of a table, one after the other in its index; none of their runs is read. */
const usersOf = (name: string, table: string, where: string) => `
${name} as (
  (select user_id from ${table} where ${where} and user_id > :after::uuid order by user_id limit 1)
  union all
  select following.user_id from ${name} as before cross join lateral (
    select user_id from ${table} where ${where} and user_id > before.user_id order by user_id limit 1
  ) as following
)`;

const JOIN = `
with recursive ${usersOf('of_runs', 'runs', FREE)}, ${usersOf('of_heads', 'key_heads', 'true')},
waiting as materialized (
  select user_id from (
    (select user_id from of_runs limit ${PAGE}) union (select user_id from of_heads limit ${PAGE})
  ) as either order by user_id limit ${PAGE}
),
joined as materialized (
  select join_turns(user_id, clock_timestamp()) from waiting
  where not exists (select from turns where user_id = waiting.user_id)
)
select (select user_id from waiting order by user_id desc limit 1) as last,
  (select count(*)::int from waiting) as count, (select count(*)::int from joined) as joined`;

const LEAVE = `
with page as materialized (
  select user_id from turns where user_id > :after::uuid order by user_id limit ${PAGE}
),
gone as materialized (select leave_turns(user_id) from page)
select (select user_id from page order by user_id desc limit 1) as last,
  (select count(*)::int from page) as count, (select count(*)::int from gone) as gone`;
