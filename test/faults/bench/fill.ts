/*
 * Fills a database with what a busy year leaves: finished runs of many users, with their events, and runs of one user
 * that wait behind a concurrency key, whose holder goes on for ever on a runner that is elsewhere. Owns nothing.
 */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { MACHINE_VERSION } from '#shared/run/context.ts';
import { initialSnapshot, store } from '#shared/run/snapshot.ts';
import { TEST_BUDGET, TEST_FLOW } from '../../support/database/runs.ts';

export interface Stock {
  finished: number;
  waiting: number;
}

const USERS = 50;
const CHUNK = 100_000;

export async function fillDatabase(databaseUrl: string, { finished, waiting }: Stock): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // What is over comes in as from a dump: without triggers, and indexed when all is there.
    await client.query('set session_replication_role = replica');
    const indexes = await dropIndexes(client);
    await client.query(PEOPLE, [USERS]);
    const stored = [JSON.stringify(TEST_FLOW), JSON.stringify(snapshot()), MACHINE_VERSION];
    for (let from = 1; from <= finished; from += CHUNK)
      await client.query(FINISHED, [from, Math.min(from + CHUNK - 1, finished), finished, ...stored]);
    for (const index of indexes) await client.query(index);
    // What waits is kept in order by triggers.
    await client.query('set session_replication_role = origin');
    const [user, project] = [randomUUID(), randomUUID()];
    await client.query(WHO_WAITS, [user, project]);
    await client.query(WAITING, [waiting, user, project, ...stored]);
    await client.query('vacuum analyze');
    // A server that is killed later must not write all of it again.
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

const snapshot = () =>
  store(initialSnapshot({ stepTimeouts: TEST_FLOW.steps.map(() => 1_000), budget: TEST_BUDGET }));

/** Those that are no constraint; resolves to the statements that make them again. */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; text: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text
     from pg_index as i join pg_class as t on t.oid = i.indrelid
     where t.relnamespace = 'public'::regnamespace and t.relname in ('runs', 'events', 'steps', 'status_changes')
       and not exists (select from pg_constraint where conindid = i.indexrelid)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ text }) => text);
}

/** As ids that need not be looked up: `md5` of a name is as good a uuid as any. */
const idOf = (name: string) => `md5(${name})::uuid`;

const PEOPLE = `
with person as (
  insert into users (id, email, password_hash, role)
  select ${idOf(`'user ' || n`)}, 'stored' || n || '@test.local', 'none', 'member' from generate_series(0, $1::int - 1) as n
  returning id
)
insert into projects (id, label) select ${idOf(`'project ' || n`)}, 'Stored' from generate_series(0, $1::int - 1) as n`;

const RUN_COLUMNS = `id, user_id, project_id, base_url, context_id, plan, state, snapshot, machine_version, created_at,
  queue_until, status, owner, epoch, claimed_at, finished_at, last_seq, published_seq, published_rank`;

/** Two steps and their events each; one in a hundred failed. The newest ended a moment ago. */
const FINISHED = `
with numbered as (
  select n, ${idOf(`'run ' || n`)} as id, n % ${USERS} as person, case when n % 100 = 7 then 'fail' else 'pass' end as status,
    clock_timestamp() - interval '1 minute' - ($3::int - n) * interval '20 days' / $3::int as at
  from generate_series($1::int, $2::int) as n
), run as (
  insert into runs (${RUN_COLUMNS})
  select id, ${idOf(`'user ' || person`)}, ${idOf(`'project ' || person`)}, 'http://127.0.0.1:1',
    case when n % 3 = 0 then 'context-' || n % 1000 end, $4::json, status, $5::jsonb, $6, at, at + interval '1 hour', status,
    ${idOf(`'runner ' || n % 1000`)}, 1, at, at + interval '5 s', 4, 4, 4
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

const WHO_WAITS = `
with person as (insert into users (id, email, password_hash, role) values ($1, 'waits@test.local', 'none', 'member'))
insert into projects (id, label) values ($2, 'Waits')`;

/** The first of them has the key, and its lease is for a day; all others wait for it. */
const WAITING = `
with numbered as (
  select n, gen_random_uuid() as id, n = 0 as holds, clock_timestamp() - interval '1 minute' + n * interval '1 us' as at
  from generate_series(0, $1::int) as n
), run as (
insert into runs (${RUN_COLUMNS}, concurrency_key)
select id, $2, $3, 'http://127.0.0.1:1', null, $4::json, case when holds then 'running.stepping.acting' else 'running.queued' end,
  $5::jsonb, $6, at, at + interval '1 day', 'running', case when holds then gen_random_uuid() end, holds::int,
  case when holds then at end, null, 0, 0, 1, 'one at a time'
from numbered returning id, created_at, owner, epoch
), lease as (
  insert into leases (run_id, owner, epoch, until, renewed_at)
  select id, owner, epoch, created_at + interval '1 day', created_at from run where owner is not null
)
insert into status_changes (run_id, status, after_seq, at) select id, 'running', 0, created_at from run`;
