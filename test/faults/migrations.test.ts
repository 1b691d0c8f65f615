/* I2, I5: while a database with many runs is migrated, owners keep their leases, and no run is lost. */
import { expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { keepDays } from '#shared/adapters/database/days/keep.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { MIGRATIONS } from '#shared/adapters/database/migrations/all.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../support/database/accounts.ts';
import { catalogueOf } from '../support/database/catalogue.ts';
import { dayFromNow, daysMade } from '../support/database/days.ts';
import { type Report, startOwners } from '../support/database/owners.ts';
import { WITH_TEST_MIGRATION } from '../support/database/test-migration.ts';
import { createEmptyDatabase } from '../support/servers/servers.ts';

const RUNS = 100_000;
const LIVE = 50;
const KEYS = 20;
const INTERRUPTED_AFTER_MS = 600;
/** A runner that cannot renew a lease of 10 s within 0.6 of it stops its runs. */
const FENCED_AFTER_MS = 6_000;

const FINISHED = `
with run as (
  insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, created_at, queue_until, status,
    owner, epoch, claimed_at, finished_at, last_seq)
  select gen_random_uuid(), $2, $3, 'http://127.0.0.1', json_build_object('text', repeat('x', 500)), 'pass',
    jsonb_build_object('text', repeat('y', 500)), 0, at, at + interval '1 hour', 'pass', gen_random_uuid(), 1, at, at, 1
  from (select clock_timestamp() - n * interval '1 min' as at from generate_series(1, $1::int) as n) as moment returning id
), event as (insert into events (run_id, seq, type, payload, at) select id, 1, 'run_end', json_build_object('text', repeat('z', 100)), clock_timestamp() from run)
insert into steps (run_id, index, epoch, action, ok) select id, index, 1, 'goto', true from run, generate_series(0, 1) as index`;

/**
 * A tenth as many as have ended wait for 500 keys, for runners of another version. Their ids are of no day: of so many at
 * random, one in forty databases has one in the days to come, which then wait for that run to end.
 */
const WAITING = `
insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, concurrency_key)
select ('f' || substr(gen_random_uuid()::text, 2))::uuid, $2, $3, 'http://127.0.0.1', '{}', 'queued', '{}', 0, clock_timestamp() + interval '1 hour',
  'waiting ' || n % 500 from generate_series(1, $1::int / 10) as n`;

async function within<Result>(url: string, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const options = { applicationName: 'filling', statementTimeoutMs: 120_000 };
  await using database = connectDatabase({ url, ...options });
  return await work(database.sql);
}

it('I2, I5: a database with many runs is migrated, its owners go on, and no run is lost', async () => {
  const [fresh, many] = [await createEmptyDatabase(), await createEmptyDatabase()];
  await migrate(fresh.url, undefined, WITH_TEST_MIGRATION);
  const schema = await within(fresh.url, catalogueOf);

  const { url } = many;
  await migrate(url, undefined, MIGRATIONS);
  const account = await within(url, async (sql) => {
    const [stored, waiting] = [await createOwner(sql), await createOwner(sql)];
    await sql.rows(FINISHED, [RUNS, stored.userId, stored.projectId]);
    await sql.rows(WAITING, [RUNS, waiting.userId, waiting.projectId]);
    return createOwner(sql);
  });
  const owners = await startOwners(url, account, { runs: LIVE, keys: KEYS });
  // Interrupted, it leaves to PostgreSQL what is going on there.
  const interrupted = migrate(url, AbortSignal.timeout(INTERRUPTED_AFTER_MS), WITH_TEST_MIGRATION);
  await expect(interrupted).rejects.toThrow();
  await migrate(url, undefined, WITH_TEST_MIGRATION);
  await keepDays(url);
  const report = await owners.stop();
  await within(url, async (sql) => {
    await expectNothingLost(sql, report, schema);
    // Beside many rows, the days that come soon have none.
    for (const table of ['events', 'steps']) expect((await daysMade(sql, table))[0]).toBe(dayFromNow(2));
  });
}, 600_000);

async function expectNothingLost(sql: Sql, report: Report, schema: string[]): Promise<void> {
  expect(report.lost).toEqual([]);
  expect(report.longestMs).toBeLessThan(FENCED_AFTER_MS);
  expect(await catalogueOf(sql)).toEqual(schema);
  const live = await sql.rows<{ id: string; events: number }>(LIVE_RUNS, [[...report.commits.keys()]]);
  expect(live).toHaveLength(LIVE);
  expect(new Map(live.map(({ id, events }) => [id, events]))).toEqual(report.commits);
  for (const [what, statement] of Object.entries(NONE))
    expect([what, await sql.rows(statement)]).toEqual([what, []]);
}

const LIVE_RUNS = `
select id, last_seq as events from runs join leases on leases.run_id = id and leases.epoch = runs.epoch and leases.owner = runs.owner
where id = any ($1::uuid[]) and status = 'running' and runs.epoch = 1
  and last_seq = (select count(*) from events where run_id = id)`;

const NONE = {
  'a run that is not filled': 'select from runs where test_length is null',
  'a key that nobody holds, with runs that wait, and without a head': `
    select from runs where status = 'running' and owner is null and concurrency_key is not null
      and not exists (select from key_heads as head
        where head.project_id = runs.project_id and head.concurrency_key = runs.concurrency_key)
      and not exists (select from runs as holder where holder.project_id = runs.project_id
        and holder.concurrency_key = runs.concurrency_key and holder.owner is not null and holder.status = 'running')`,
  'a run with entries that NATS may not have, of which nobody knows': `
    select from runs where machine_version > 0
      and not exists (select from unpublished where run_id = id and stored_seq = last_seq)`,
  'a held run without a lease': `
    select from runs where owner is not null and status = 'running'
      and not exists (select from leases where run_id = id and leases.epoch = runs.epoch)`,
};
