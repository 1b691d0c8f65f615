/* I14: a run goes to a runner with its version of the machine, and others pass over it at no cost. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import { readPassedOver } from '#shared/adapters/database/run-views/queue-ages.ts';
import { readWaiting, type WaitingRun } from '#shared/adapters/database/run-views/waiting.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { claimNext } from '../../../../support/database/claim-next.ts';
import { openExplainer } from '../../../../support/database/explain.ts';
import { endRun } from '../../../../support/database/leases.ts';
import { waitingUsers } from '../../../../support/database/many-queued.ts';
import { queueRun } from '../../../../support/database/runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const OTHER_VERSION = MACHINE_VERSION + 1;

let database: Database;
let url: string;
beforeAll(async () => {
  ({ url } = await createTestDatabase());
  database = connectDatabase({ url, applicationName: 'lanes', statementTimeoutMs: 60_000 });
});
beforeEach(() => database.sql.rows('truncate runs, leases, key_heads, turns cascade'));
afterAll(() => database[Symbol.asyncDispose]());

const claim = async () => (await claimNext(database.sql, randomUUID(), 10_000))?.id;
/** A run that was accepted by a gateway with another machine: it is stored by hand, since this process has one version. */
async function queueOfOtherVersion(
  account: { userId: string; projectId: string },
  { concurrencyKey = null }: { concurrencyKey?: string | null } = {},
): Promise<string> {
  const { id } = await queueRun(database.sql, account, { concurrencyKey: randomUUID() });
  const [copy] = await database.sql.rows<{ id: string }>(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, concurrency_key)
     select gen_random_uuid(), user_id, project_id, base_url, plan, state, snapshot, $2, queue_until, $3
     from runs where id = $1 returning id`,
    [id, OTHER_VERSION, concurrencyKey],
  );
  await endRun(database.sql, id);
  return copy!.id;
}

describe('the version of the machine', () => {
  it('of a run is that of its runner: another leaves it, and takes what is behind it', async () => {
    const account = await createOwner(database.sql);
    await queueOfOtherVersion(account);
    const own = (await queueRun(database.sql, account)).id;
    expect([await claim(), await claim()]).toEqual([own, undefined]);
  });

  it('changes nothing of the order of runs with one concurrency key', async () => {
    const account = await createOwner(database.sql);
    const first = await queueOfOtherVersion(account, { concurrencyKey: 'k' });
    const second = (await queueRun(database.sql, account, { concurrencyKey: 'k' })).id;
    expect(await claim()).toBeUndefined();
    expect(await waitOf(second)).toEqual({ holder: first, ages: ['concurrency_key', 'no_fitting_runner'] });
    await endRun(database.sql, first);
    expect(await claim()).toBe(second);
  });

  it('of the first run of a key may be repaired by hand', async () => {
    const account = await createOwner(database.sql);
    const first = await queueOfOtherVersion(account, { concurrencyKey: 'k' });
    await database.sql.rows('update runs set machine_version = $2 where id = $1', [first, MACHINE_VERSION]);
    expect(await claim()).toBe(first);
  });
});

/** Whom a run of a key waits for, and the causes that the ages of the queue have. */
async function waitOf(runId: string) {
  const run = await database.sql.row<WaitingRun & Record<string, unknown>>(
    `select id, user_id as "userId", project_id as "projectId", concurrency_key as "concurrencyKey",
       runner_labels as "runnerLabels" from runs where id = $1`,
    [runId],
  );
  const { holder } = await readWaiting(database.sql, run!, { leaseMs: 10_000, silentMs: 5_000, limits: {} });
  const ages = await readPassedOver(database.sql, ['{}'], {});
  const waited = ages.filter(({ ms }) => ms > 0).map(({ code }) => code);
  return { holder: holder?.id, ages: waited.toSorted() };
}

const LIMITS: Record<string, RunLimits> = {
  'without limits': {},
  'with limits of users': { perUser: 4 },
  'with limits of projects': { perProject: 4 },
};

it('I14: a claim reads no more with thirty times the users whose runs its runner cannot have, being of another version or with other labels', async () => {
  const [few, many] = [await pagesBehind(100), await pagesBehind(3_000)];
  for (const name of Object.keys(LIMITS)) expect(many.get(name), name).toBeLessThan(1.5 * few.get(name)!);
});

/** What a claim reads with each of the limits where such users wait longest; behind them are some whose runs it can have. */
async function pagesBehind(count: number): Promise<Map<string, number>> {
  const { sql } = database;
  await sql.rows('truncate runs, leases, key_heads, turns cascade');
  const other = await createOwner(sql);
  await waitingUsers(sql, other, count, { machineVersion: OTHER_VERSION });
  await waitingUsers(sql, other, count, { labelSets: ['{slow}'] });
  for (let n = 0; n < 8; n += 1) await queueRun(sql, await createOwner(sql));
  await sql.rows('analyze');
  const pages = new Map<string, number>();
  for (const [name, limits] of Object.entries(LIMITS)) pages.set(name, await pagesOfClaim(limits));
  return pages;
}

/** Pages of 8 KiB that a claim of one run reads; the second one, when its pages are in memory. */
async function pagesOfClaim(limits: RunLimits): Promise<number> {
  await using explainer = await openExplainer(url);
  const explain = () =>
    explainer.explain((sql) => claimNext(withoutItsLock(sql), randomUUID(), 10_000, limits));
  await explain();
  return (await explain()).buffers;
}

/** Claims with limits go one by one; here only what they read is of interest. */
const withoutItsLock = (sql: Sql): Sql => ({
  ...sql,
  transaction: (work) =>
    work({
      ...sql,
      rows: (text, values) => (text.includes('pg_advisory') ? Promise.resolve([]) : sql.rows(text, values)),
    }),
});
