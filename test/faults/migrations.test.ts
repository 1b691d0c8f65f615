import { expect, it } from 'vitest';
import { connectDatabase } from '#shared/database/connect.ts';
import { keepDays } from '#shared/database/days/keep.ts';
import { migrate } from '#shared/database/migrate.ts';
import { MIGRATIONS } from '#shared/database/migrations/all.ts';
import type { Sql } from '#shared/database/sql.ts';
import { catalogueOf } from '../support/database/catalogue.ts';
import { dayFromNow, daysMade } from '../support/database/days.ts';
import { type Account, type Report, startEarlierOwners } from '../support/database/earlier-owners.ts';
import { createEmptyDatabase, createTestDatabase } from '../support/servers/servers.ts';
import { times } from './scale.ts';

const RUNS = 100_000;
/** How many migrations have been applied. From the first schema on all others are; that of the lanes is the fifth. */
const VERSIONS = times(MIGRATIONS.map((_, index) => index).slice(1), [1, 4]);
const MUCH_TO_DO_UNTIL = 5;
const LIVE = 50;
const KEYS = 20;
const INTERRUPTED_AFTER_MS = 600;
/** A runner that cannot renew a lease of 10 s within 0.6 of it stops its runs. */
const FENCED_AFTER_MS = 6_000;

const FINISHED = `
with run as (
  insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, created_at, queue_until, status,
    owner, epoch, claimed_at, finished_at, last_seq, published_seq, published_rank)
  select gen_random_uuid(), $2, $3, 'http://127.0.0.1', json_build_object('text', repeat('x', 500)), 'pass',
    jsonb_build_object('text', repeat('y', 500)), 1, at, at + interval '1 hour', 'pass', gen_random_uuid(), 1, at, at, 1, 1, 4
  from (select clock_timestamp() - n * interval '1 min' as at from generate_series(1, $1::int) as n) as moment returning id
), event as (insert into events (run_id, seq, type, payload, at) select id, 1, 'run_end', json_build_object('text', repeat('z', 100)), clock_timestamp() from run)
insert into steps (run_id, index, epoch, action, ok) select id, index, 1, 'goto', true from run, generate_series(0, 1) as index`;

/**
 * A tenth as many as have ended wait for 500 keys. Their ids are of no day: of so many at random, one in forty databases has
 * one in the days to come, which then wait for that run to end.
 */
const WAITING = `
insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, concurrency_key)
select ('f' || substr(gen_random_uuid()::text, 2))::uuid, $2, $3, 'http://127.0.0.1', '{}', 'queued', '{}', 1, clock_timestamp() + interval '1 hour',
  'waiting ' || n % 500 from generate_series(1, $1::int / 10) as n`;

async function within<Result>(url: string, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const options = { applicationName: 'filling', statementTimeoutMs: 120_000 };
  await using database = connectDatabase({ url, ...options });
  return await work(database.sql);
}

/** An account of the first schema. */
async function createAccount(sql: Sql): Promise<Account> {
  const account = await sql.row<Account>(
    `with person as (insert into users (id, email, password_hash, role) values (gen_random_uuid(), 'a@test.local', '', 'member') returning id),
     project as (insert into projects (id, label) values (gen_random_uuid(), 'a') returning id)
     select person.id as "userId", project.id as "projectId" from person, project`,
  );
  return account!;
}

it('I2, I5: from whatever schema a database with many runs is migrated, its owners go on, and no run is lost', async () => {
  const fresh = await within((await createTestDatabase()).url, catalogueOf);
  for (const version of VERSIONS) {
    const { url, drop } = await createEmptyDatabase();
    await migrate(url, undefined, MIGRATIONS.slice(0, version));
    const hasKeys = version > 1;
    const account = await within(url, async (sql) => {
      const made = await createAccount(sql);
      await sql.rows(FINISHED, [RUNS, made.userId, made.projectId]);
      if (hasKeys) await sql.rows(WAITING, [RUNS, made.userId, made.projectId]);
      return made;
    });
    const owners = await startEarlierOwners(url, account, { runs: LIVE, keys: hasKeys ? KEYS : 0 });
    // Interrupted, it leaves to PostgreSQL what is going on there.
    const interrupted = await migrate(url, AbortSignal.timeout(INTERRUPTED_AFTER_MS)).then(
      () => false,
      () => true,
    );
    // The latest schemas leave too little to do.
    if (version < MUCH_TO_DO_UNTIL) expect(interrupted).toBe(true);
    await migrate(url);
    await keepDays(url);
    const report = await owners.stop();
    await within(url, async (sql) => {
      await expectNothingLost(sql, report, fresh);
      // Beside many rows, the days that come soon have none.
      for (const table of ['events', 'steps']) expect((await daysMade(sql, table))[0]).toBe(dayFromNow(2));
      if (!hasKeys) expect(await sql.rows(WITHOUT_WRITER)).toEqual([]);
    });
    await drop();
  }
}, 900_000);

async function expectNothingLost(sql: Sql, report: Report, fresh: string[]): Promise<void> {
  expect(report.lost).toEqual([]);
  expect(report.longestMs).toBeLessThan(FENCED_AFTER_MS);
  expect(await catalogueOf(sql)).toEqual(fresh);
  const live = await sql.rows<{ id: string; events: number }>(LIVE_RUNS, [[...report.commits.keys()]]);
  expect(new Map(live.map(({ id, events }) => [id, events]))).toEqual(report.commits);
  for (const [what, statement] of Object.entries(NONE))
    expect([what, await sql.rows(statement)]).toEqual([what, []]);
}

const LIVE_RUNS = `
select id, last_seq as events from runs join leases on leases.run_id = id and leases.epoch = runs.epoch and leases.owner = runs.owner
where id = any ($1::uuid[]) and status = 'running' and runs.epoch = 1 and leases.until = lease_until
  and last_seq = (select count(*) from events where run_id = id)`;

const NONE = {
  'a key that nobody holds, with runs that wait, and without a head': `
    select from runs where status = 'running' and owner is null and concurrency_key is not null
      and not exists (select from key_heads as head
        where head.project_id = runs.project_id and head.concurrency_key = runs.concurrency_key)
      and not exists (select from runs as holder where holder.project_id = runs.project_id
        and holder.concurrency_key = runs.concurrency_key and holder.owner is not null and holder.status = 'running')`,
  'a run with entries that NATS may not have, of which nobody knows': `
    select from runs where (published_seq < last_seq
        or published_rank < case status when 'running' then 1 when 'cancelling' then 2 else 4 end)
      and not exists (select from unpublished where run_id = id and stored_seq = last_seq)`,
  'a held run without a lease': `
    select from runs where owner is not null and status = 'running'
      and not exists (select from leases where run_id = id and leases.epoch = runs.epoch)`,
};

const WITHOUT_WRITER = `select from runs where flow_by is null and plan::jsonb ? 'text'`;
