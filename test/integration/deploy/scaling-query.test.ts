/* I10, I11, I14: the scaler learns how many slots are wanted, at the same cost for any queue, and nothing else. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { registerRunner } from '#shared/adapters/database/processes/runners.ts';
import { find, render, scalingOf } from '../../support/cluster/manifests.ts';
import { createOwner } from '../../support/database/accounts.ts';
import { endRun, giveOwner } from '../../support/database/leases.ts';
import { waiting, waitingUsers } from '../../support/database/many-queued.ts';
import { type QueueOptions, queueRun } from '../../support/database/runs.ts';
import { afterFile } from '../../support/file-hooks.ts';
import { needs } from '../../support/machine.ts';
import { createTestDatabase } from '../../support/servers/servers.ts';
import { tables } from '../../support/source/tables.ts';

await needs('kubectl');

const ROOT = join(import.meta.dirname, '../../..');
const ROLE = join(ROOT, 'deploy/kubernetes/scaler-role.sql');

let database: Database;
let scaler: Client;
let query: string;

beforeAll(async () => {
  const [{ url }, objects, role] = await Promise.all([
    createTestDatabase(),
    render('base'),
    readFile(ROLE, 'utf8'),
  ]);
  find(objects, 'TriggerAuthentication', 'ghostly-scaler');
  ({ query } = scalingOf(objects));
  database = connectDatabase({ url, applicationName: 'scaling', statementTimeoutMs: 30_000 });
  afterFile(async () => database[Symbol.asyncDispose]());
  // Roles are the server's, which other files of this run share.
  const name = `scaler_${randomUUID().slice(0, 8)}`;
  const statements = role.replaceAll('ghostly_scaler', name).replace(":'password'", "'secret'");
  const owner = new Client({ connectionString: url });
  await owner.connect();
  await owner.query(statements);
  afterFile(async () => {
    await owner.query(`drop owned by ${name}; drop role ${name}`);
    await owner.end();
  });
  scaler = new Client({
    connectionString: Object.assign(new URL(url), { username: name, password: 'secret' }).href,
  });
  await scaler.connect();
  afterFile(() => scaler.end());
});

/** KEDA's view: one row with one number. */
async function wanted(): Promise<number> {
  const { rows, fields } = await scaler.query<Record<string, string>>(query);
  expect([rows.length, fields.length]).toEqual([1, 1]);
  return Number(Object.values(rows[0]!)[0]);
}

async function pages(): Promise<number> {
  const { rows } = await scaler.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
    `explain (analyze, buffers, timing off, format json) ${query}`,
  );
  const { Plan: plan } = rows[0]!['QUERY PLAN'][0];
  return plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!;
}

test('the slots that are wanted are those of runs on runners that stay, and of what may be claimed now', async () => {
  const { sql } = database;
  const account = await createOwner(sql);
  const queue = (options?: QueueOptions) => queueRun(sql, account, options);
  const addRunner = async (labels: string[] = []) => {
    const id = randomUUID();
    await registerRunner(sql, { id, host: 'pod', pid: 1, slots: 4, labels });
    return id;
  };
  const report = (id: string, unavailable: string | null) =>
    sql.rows('update runners set unavailable = $2 where id = $1', [id, unavailable]);
  expect(await wanted()).toBe(0);

  const [first] = [await queue(), await queue()];
  expect(await wanted()).toBe(2);
  const runner = await addRunner();
  await giveOwner(sql, first.id, runner);
  // One that is on a runner needs its slot no less.
  expect(await wanted()).toBe(2);
  await report(runner, 'full');
  expect(await wanted()).toBe(2);
  // Its pod is not counted as one any more, and so its runs must not be.
  await report(runner, 'draining');
  expect(await wanted()).toBe(1);
  await endRun(sql, first.id);
  expect(await wanted()).toBe(1);

  // One run of a free key is next, and none of a held one.
  const keyed = [await queue({ concurrencyKey: 'a' }), await queue({ concurrencyKey: 'a' })];
  expect(await wanted()).toBe(2);
  await giveOwner(sql, keyed[0]!.id, await addRunner());
  expect(await wanted()).toBe(2);

  // Runners without labels may not have it, nor do they need its slot.
  const labelled = await queue({ runnerLabels: ['gpu'] });
  expect(await wanted()).toBe(2);
  await giveOwner(sql, labelled.id, await addRunner(['gpu']));
  expect(await wanted()).toBe(2);
});

test('runners with several labels are wanted for all runs that ask for some of them, by the recipe of docs/operate.md', async () => {
  const { sql } = database;
  await sql.rows('truncate runs, turns, key_heads, leases, runners cascade');
  const account = await createOwner(sql);
  const recipe = tables(await readFile(join(ROOT, 'docs/operate.md'), 'utf8')).find((rows) =>
    rows[0]?.[0]?.includes('in the query'),
  );
  const ofLabels = recipe!.slice(2).reduce((text, row) => {
    const [from, to] = row.map((cell) => cell.replaceAll('`', '').trim());
    expect(text.split(from!)).toHaveLength(2);
    return text.replace(from!, to!);
  }, query);
  const ask = async () => Number(Object.values((await scaler.query(ofLabels)).rows[0]!)[0]);
  // Others have those that ask for nothing, and nobody those that ask for more.
  for (const runnerLabels of [[], ['other'], ['eu', 'gpu', 'other']]) {
    await queueRun(sql, account, { runnerLabels });
    await queueRun(sql, account, { runnerLabels, concurrencyKey: runnerLabels.join() });
  }
  expect(await ask()).toBe(0);
  const queued = [];
  for (const runnerLabels of [['gpu'], ['eu'], ['eu', 'gpu']]) {
    queued.push(await queueRun(sql, account, { runnerLabels }));
    expect(await ask()).toBe(queued.length);
  }
  await queueRun(sql, account, { runnerLabels: ['gpu'], concurrencyKey: 'of gpu' });
  expect(await ask()).toBe(4);
  // What is on one of them needs its slot, whatever it asked for.
  const runner = randomUUID();
  await registerRunner(sql, { id: runner, host: 'pod', pid: 1, slots: 4, labels: ['eu', 'gpu'] });
  await giveOwner(sql, queued[0]!.id, runner);
  expect(await ask()).toBe(4);
});

test('I14: it costs the same however much waits, and stops counting at more than there may be slots', async () => {
  const { sql } = database;
  await sql.rows('truncate runs, turns, key_heads, leases, runners cascade');
  const account = await createOwner(sql);
  const grow = async (count: number) => {
    await waiting(sql, account, count);
    await queueRun(sql, account);
    await waitingUsers(sql, account, Math.ceil(count / 10));
    await sql.rows('vacuum analyze runs, turns');
  };
  await grow(3_000);
  expect(await wanted()).toBe(1_000);
  const before = await pages();
  await grow(9_000);
  expect(await wanted()).toBe(1_000);
  expect(await pages()).toBeLessThan(before * 1.3 + 20);
  expect(before).toBeLessThan(2_500);
});

test('I10, I11: the role of the scaler sees neither flows nor accounts, and writes nothing', async () => {
  for (const statement of [
    'select plan from runs',
    'select snapshot from runs',
    'select * from events',
    'select email from users',
    'delete from turns',
    'create table mine ()',
  ])
    await expect(scaler.query(statement)).rejects.toThrow(/permission denied|read-only transaction/);
});
