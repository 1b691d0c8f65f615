/*
 * `turns` has a row for each user and set of labels with a queued run to be claimed, without a concurrency key or the head
 * of one. Triggers keep it (`first-schema/turns.ts`); this mends it after repairs by hand.
 */
import { randomUUID } from 'node:crypto';
import type { Sql } from '../sql.ts';

/** Rows at once. */
const PAGE = 500;
const PAGES = 20;
const BEFORE_ALL = { user: '00000000-0000-0000-0000-000000000000', labels: '{}' };

/** A row of `turns`; its labels as PostgreSQL writes them. */
interface Place {
  user: string;
  labels: string;
}

/**
 * Gives users that wait and have no turn one, and takes it from those that have nothing to be claimed; so many of each,
 * beginning anywhere. It costs no more with more that wait (I14), and in time it has been at everyone (I5).
 */
export async function mendTurns(sql: Sql, begin: string = randomUUID()): Promise<void> {
  for (const statement of [JOIN, LEAVE]) await walk(sql, statement, { user: begin, labels: '{}' });
}

/** Walks to the end, and once from the beginning. */
async function walk(sql: Sql, statement: string, begin: Place): Promise<void> {
  let [after, isSecondRound] = [begin, false];
  for (let pages = 0; pages < PAGES; pages += 1) {
    const page = await sql.row<Place & { count: number }>(statement, {
      user: after.user,
      labels: after.labels,
    });
    const isLast = page === undefined || page.count < PAGE;
    if (isLast && isSecondRound) return;
    if (isLast) isSecondRound = true;
    after = isLast ? BEFORE_ALL : page;
  }
}

/** The condition of the index `runs_free_of_labels`. */
const FREE = `status = 'running' and num_nonnulls(owner) = 0 and num_nonnulls(cancel_requested_at) = 0
  and num_nonnulls(concurrency_key) = 0`;
const AFTER = '(user_id, runner_labels) > (:user::uuid, :labels::text::text[])';

/** The places of a table, one after the other in its index; none of the runs is read. */
const placesOf = (name: string, table: string, where: string) => `
${name} as (
  (select user_id, runner_labels from ${table} where ${where} and ${AFTER} order by user_id, runner_labels limit 1)
  union all
  select following.* from ${name} as before cross join lateral (
    select user_id, runner_labels from ${table}
    where ${where} and (user_id, runner_labels) > (before.user_id, before.runner_labels)
    order by user_id, runner_labels limit 1
  ) as following
)`;

/** The last of a page, with how many it has, and with what was done for them. */
const lastOf = (page: string, done: string) => `
select user_id as user, runner_labels::text as labels, (select count(*)::int from ${page}) as count,
  (select count(*)::int from ${done}) as done
from ${page} order by user_id desc, runner_labels desc limit 1`;

const JOIN = `
with recursive ${placesOf('of_runs', 'runs', FREE)}, ${placesOf('of_heads', 'key_heads', 'true')},
waiting as materialized (
  select user_id, runner_labels from (
    (select * from of_runs limit ${PAGE}) union (select * from of_heads limit ${PAGE})
  ) as either order by user_id, runner_labels limit ${PAGE}
),
joined as materialized (
  select join_turns(user_id, runner_labels, clock_timestamp()) from waiting
  where not exists (select from turns where user_id = waiting.user_id and runner_labels = waiting.runner_labels)
)${lastOf('waiting', 'joined')}`;

const LEAVE = `
with page as materialized (
  select user_id, runner_labels from turns where ${AFTER} order by user_id, runner_labels limit ${PAGE}
),
gone as materialized (select leave_turns(user_id, runner_labels) from page)${lastOf('page', 'gone')}`;
