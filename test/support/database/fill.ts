/*
 * Fills a database with a busy month: finished runs of many users (two steps, one of them stored, two status changes,
 * four events), and runs that wait behind concurrency keys, whose holders never end. Owns nothing.
 */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { closePool, openPool } from '#shared/adapters/database/pool.ts';
import { createSql } from '#shared/adapters/database/sql.ts';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { initialSnapshot, store } from '#shared/domain/run/snapshot.ts';
import { dayFromNow, daysMade, makeDay } from './days.ts';
import { TEST_BUDGET, TEST_FLOW } from './runs.ts';

export interface Stock {
  finished: number;
  /** Runs of one user that wait for one key. */
  behindKey: number;
  /** Runs of all others that wait for a hundred other keys. */
  behindOthers?: number;
}

const USERS = 50;
const KEYS = 100;
const CHUNK = 50_000;
/** Over so many days; the newest ended a moment ago. */
const DAYS = 29;
/** More than one connection keeps busy. */
const AT_ONCE = 2;

export async function fillDatabase(databaseUrl: string, stock: Stock): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    // What is over comes in as from a dump: without triggers, and indexed when all is there.
    const indexes = stock.finished > CHUNK ? await dropIndexes(client) : [];
    await client.query(PEOPLE, [USERS]);
    await makeDays(databaseUrl);
    await fillFinished(databaseUrl, stock.finished);
    await client.query(`set maintenance_work_mem = '1GB'`);
    for (const index of indexes) await client.query(index);
    await fillBehindKey(client, stock.behindKey);
    const { behindOthers = 0 } = stock;
    if (behindOthers > 0) await fillWaiting(client, behindOthers, { ...(await others(client)), keys: KEYS });
    await client.query('vacuum analyze');
    // A server that is killed later must not write all of it again.
    await client.query('checkpoint');
  });
}

/** Further runs of all users that wait, and that any runner may have. */
export const fillFree = (databaseUrl: string, count: number): Promise<void> =>
  withClient(databaseUrl, async (client) => {
    await fillWaiting(client, count, { ...(await others(client)), keys: 0 });
  });

/** Runs of all users whose runners are gone and whose leases are over. */
export const fillOrphans = (databaseUrl: string, count: number): Promise<void> =>
  withClient(databaseUrl, async (client) => {
    await client.query(ORPHANS, [count, ...Object.values(await others(client)), ...stored()]);
  });

async function withClient(databaseUrl: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** The partitions of the days that are over. */
async function makeDays(databaseUrl: string): Promise<void> {
  const pool = openPool({ url: databaseUrl, applicationName: 'fill', statementTimeoutMs: 60_000 });
  try {
    const sql = createSql(pool);
    const made = await daysMade(sql);
    for (let ago = DAYS + 1; ago > 0; ago -= 1) {
      const day = dayFromNow(-ago);
      if (!made.includes(day)) await makeDay(sql, day);
    }
  } finally {
    await closePool(pool);
  }
}

async function fillFinished(databaseUrl: string, count: number): Promise<void> {
  let next = 1;
  const fill = () =>
    withClient(databaseUrl, async (client) => {
      await client.query('set session_replication_role = replica; set synchronous_commit = off');
      while (next <= count) {
        const from = next;
        next += CHUNK;
        await client.query(FINISHED, [from, Math.min(from + CHUNK - 1, count), count, ...stored()]);
      }
    });
  await Promise.all(Array.from({ length: AT_ONCE }, fill));
}

async function fillBehindKey(client: Client, count: number): Promise<void> {
  if (count === 0) return;
  const [user, project] = [randomUUID(), randomUUID()];
  await client.query(WHO_WAITS, [user, project]);
  await fillWaiting(client, count, { users: [user], projects: [project], keys: 1 });
}

/** What waits is kept in order by triggers. Those that hold the keys come on top. */
async function fillWaiting(
  client: Client,
  count: number,
  { users, projects, keys }: { users: string[]; projects: string[]; keys: number },
): Promise<void> {
  const total = keys + count;
  for (let from = 0; from < total; from += CHUNK) {
    const range = [from, Math.min(from + CHUNK, total) - 1];
    await client.query(WAITING, [...range, keys, users, projects, ...stored()]);
  }
}

const stored = () => [
  JSON.stringify(TEST_FLOW),
  JSON.stringify(
    store(initialSnapshot({ stepTimeouts: TEST_FLOW.steps.map(() => 1_000), budget: TEST_BUDGET })),
  ),
  MACHINE_VERSION,
];

/** Those that are no constraint; resolves to the statements that make them again. */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; text: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text
     from pg_index as i join pg_class as t on t.oid = i.indrelid
     where t.relnamespace = 'public'::regnamespace and t.relname in ('runs', 'events', 'steps', 'status_changes')
       and not exists (select from pg_constraint where conindid = i.indexrelid)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  // That of a partitioned table is of its partitions, too.
  return rows.map(({ text }) => text.replace(' ON ONLY ', ' ON '));
}

/** Ids that need not be looked up: `md5` of a name is as good a uuid as any. */
const idOf = (name: string) => `md5(${name})::uuid`;
/** UUIDv7: ids in the order of their times. */
const idAt = (at: string, name: string) =>
  `overlay(overlay(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') || substr(md5(${name}), 13)
     placing '7' from 13 for 1) placing '8' from 17 for 1)::uuid`;

const PEOPLE = `
with person as (
  insert into users (id, email, password_hash, role)
  select ${idOf(`'user ' || n`)}, 'stored' || n || '@test.local', 'none', 'member' from generate_series(0, $1::int - 1) as n
  returning id
)
insert into projects (id, label) select ${idOf(`'project ' || n`)}, 'Stored' from generate_series(0, $1::int - 1) as n`;

async function others(client: Client): Promise<{ users: string[]; projects: string[] }> {
  const { rows } = await client.query<{ user: string; project: string }>(
    `select ${idOf(`'user ' || n`)} as user, ${idOf(`'project ' || n`)} as project
     from generate_series(0, ${USERS} - 1) as n`,
  );
  return { users: rows.map(({ user }) => user), projects: rows.map(({ project }) => project) };
}

const WHO_WAITS = `
with person as (insert into users (id, email, password_hash, role) values ($1, 'waits@test.local', 'none', 'member'))
insert into projects (id, label) values ($2, 'Waits')`;

const RUN_COLUMNS = `id, user_id, project_id, base_url, context_id, plan, state, snapshot, machine_version, created_at,
  queue_until, status, owner, epoch, claimed_at, finished_at, last_seq`;

/** Two steps and their events each; one in a hundred failed. */
const FINISHED = `
with timed as materialized (
  select n, clock_timestamp() - interval '1 minute' - ($3::int - n) * interval '${DAYS} days' / $3::int as at
  from generate_series($1::int, $2::int) as n
), numbered as materialized (
  select n, at, ${idAt('at', `'run ' || n`)} as id, n % ${USERS} as person,
    case when n % 100 = 7 then 'fail' else 'pass' end as status
  from timed
), run as (
  insert into runs (${RUN_COLUMNS})
  select id, ${idOf(`'user ' || person`)}, ${idOf(`'project ' || person`)}, 'http://127.0.0.1:1',
    case when n % 3 = 0 then 'context-' || n % 1000 end, $4::json, status, $5::jsonb, $6, at, at + interval '1 hour', status,
    ${idOf(`'runner ' || n % 1000`)}, 1, at, at + interval '5 s', 4
  from numbered
), change as (
  insert into status_changes (run_id, status, after_seq, at) select id, 'running', 0, at from numbered
  union all select id, status, 4, at + interval '5 s' from numbered
), step as (
  insert into steps (run_id, index, epoch, action, ok, at) select id, 0, 1, 'click', status = 'pass', at from numbered
)
insert into events (run_id, seq, type, step_index, payload, at)
select id, seq, case seq when 2 then 'step_start' when 3 then 'step_success' when 4 then 'run_end' else 'transition' end,
  case when seq in (2, 3) then 0 end, json_build_object('status', status), at + seq * interval '1 s'
from numbered, generate_series(1, 4) as seq`;

/** The first of each key has it, and its lease is for a day; all others wait for it. */
const WAITING = `
with timed as materialized (
  select n, n < $3::int as holds, clock_timestamp() - interval '1 minute' + n * interval '1 us' as at
  from generate_series($1::int, $2::int) as n
), numbered as materialized (
  select n, holds, at, ${idAt('at', 'gen_random_uuid()::text')} as id, case when $3::int > 0 then n % $3::int else n end as place
  from timed
), run as (
insert into runs (${RUN_COLUMNS}, concurrency_key)
select id, ($4::uuid[])[1 + place % cardinality($4::uuid[])], ($5::uuid[])[1 + place % cardinality($4::uuid[])],
  'http://127.0.0.1:1', null, $6::json, case when holds then 'running.stepping.acting' else 'running.queued' end,
  $7::jsonb, $8, at, at + interval '1 day', 'running', case when holds then gen_random_uuid() end, holds::int,
  case when holds then at end, null, 0, case when $3::int > 0 then 'one at a time ' || place end
from numbered order by n returning id, created_at, owner, epoch, user_id, project_id
), lease as (
  insert into leases (run_id, owner, epoch, until, renewed_at, of_user, of_project)
  select id, owner, epoch, created_at + interval '1 day', created_at, user_id, project_id from run where owner is not null
)
insert into status_changes (run_id, status, after_seq, at) select id, 'running', 0, created_at from run`;

const ORPHANS = `
with timed as materialized (
  select n, clock_timestamp() - interval '1 minute' + n * interval '1 us' as at from generate_series(1, $1::int) as n
), run as (
insert into runs (${RUN_COLUMNS})
select ${idAt('at', 'gen_random_uuid()::text')}, ($2::uuid[])[1 + n % cardinality($2::uuid[])],
  ($3::uuid[])[1 + n % cardinality($2::uuid[])], 'http://127.0.0.1:1', null, $4::json, 'running.stepping.acting', $5::jsonb,
  $6, at, at + interval '1 day', 'running', ${idOf(`'runner ' || n % 100`)}, 1, at, null, 0
from timed returning id, created_at, owner, epoch, user_id, project_id
), lease as (
  insert into leases (run_id, owner, epoch, until, renewed_at, of_user, of_project)
  select id, owner, epoch, created_at, created_at, user_id, project_id from run
)
insert into status_changes (run_id, status, after_seq, at) select id, 'running', 0, created_at from run`;
