/*
 * `turns` has a row for each user and lane with a queued run to be claimed, without a concurrency key or the head
 * of one. Triggers keep it (`first-schema/turns.ts`); this mends it after repairs by hand.
 */
import { randomUUID } from 'node:crypto';
import type { Sql } from '../sql.ts';
import { free } from './fair-choice.ts';

/** Rows at once. */
const PAGE = 500;
const PAGES = 20;

/** The columns that a row of `turns` is named by; its labels as PostgreSQL writes them. */
const NAME = 'user_id, runner_labels, machine_version';
interface Name {
  user: string;
  labels: string;
  version: number;
}
const firstOf = (user: string): Name => ({ user, labels: '{}', version: 0 });
const BEFORE_ALL = firstOf('00000000-0000-0000-0000-000000000000');

/**
 * Gives users that wait and have no turn one, and takes it from those that have nothing to be claimed; so many of each,
 * beginning anywhere. It costs no more with more that wait (I14), and in time it has been at everyone (I5).
 */
export async function mendTurns(sql: Sql, begin: string = randomUUID()): Promise<void> {
  for (const statement of [JOIN, LEAVE]) await walk(sql, statement, firstOf(begin));
}

/** Walks to the end, and once from the beginning. */
async function walk(sql: Sql, statement: string, begin: Name): Promise<void> {
  let [{ user, labels, version }, isSecondRound] = [begin, false];
  for (let pages = 0; pages < PAGES; pages += 1) {
    const page = await sql.row<Name & { count: number }>(statement, { user, labels, version });
    const isLast = page === undefined || page.count < PAGE;
    if (isLast && isSecondRound) return;
    if (isLast) isSecondRound = true;
    ({ user, labels, version } = isLast ? BEFORE_ALL : page);
  }
}

const AFTER = `(${NAME}) > (:user::uuid, :labels::text::text[], :version::int)`;

/** The names of a table's turns, one after the other in its index; none of the runs is read. */
const namesOf = (name: string, table: string, where: string) => `
${name} as (
  (select ${NAME} from ${table} where ${where} and ${AFTER} order by ${NAME} limit 1)
  union all
  select following.* from ${name} as before cross join lateral (
    select ${NAME} from ${table}
    where ${where} and (${NAME}) > (before.user_id, before.runner_labels, before.machine_version) order by ${NAME} limit 1
  ) as following
)`;

/** The last of a page, with how many it has, and with what was done for them. */
const lastOf = (page: string, done: string) => `
select user_id as user, runner_labels::text as labels, machine_version as version,
  (select count(*)::int from ${page}) as count, (select count(*)::int from ${done}) as done
from ${page} order by user_id desc, runner_labels desc, machine_version desc limit 1`;

const JOIN = `
with recursive ${namesOf('of_runs', 'runs', free('runs'))}, ${namesOf('of_heads', 'key_heads', 'true')},
waiting as materialized (
  select * from ((select * from of_runs limit ${PAGE}) union (select * from of_heads limit ${PAGE})) as either
  order by ${NAME} limit ${PAGE}
),
joined as materialized (
  select join_turns(${NAME}, clock_timestamp()) from waiting where not exists (
    select from turns where (${NAME}) = (waiting.user_id, waiting.runner_labels, waiting.machine_version))
)${lastOf('waiting', 'joined')}`;

const LEAVE = `
with page as materialized (select ${NAME} from turns where ${AFTER} order by ${NAME} limit ${PAGE}),
gone as materialized (select leave_turns(${NAME}) from page)${lastOf('page', 'gone')}`;
