/* A migration comes to an end, whenever its connections break or its network goes silent. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { MIGRATION_LOCK, migrate as migrateTo } from '#shared/adapters/database/migrate.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { WITH_TEST_MIGRATION } from '../../../../support/database/test-migration.ts';
import { eventually } from '../../../../support/eventually.ts';
import { startFaultProxy } from '../../../../support/servers/fault-proxy/fault-proxy.ts';
import { createEmptyDatabase, createTestDatabase } from '../../../../support/servers/servers.ts';

/** A process that has the lock hears of it this late, and then lets go. */
const SILENCE_MS = 20_000;

const migrate = (url: string, stopping?: AbortSignal) => migrateTo(url, stopping, WITH_TEST_MIGRATION);

/** Its last migration is pending again: its stages can be repeated. */
async function forgetLast(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    'delete from mikro_orm_migrations where id = (select max(id) from mikro_orm_migrations)',
  );
  await client.end();
}

/** All connections, or only the one that the ORM has. */
const CUTS = ['all', 'last'] as const;

it('a migration comes to an end, at whatever moment its connections break', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  await migrate(proxy.url);
  await forgetLast(url);
  const begun = performance.now();
  await migrate(proxy.url);
  const whole = performance.now() - begun;
  const stuck: string[] = [];
  for (let n = 0; n < 24; n += 1) {
    await forgetLast(url);
    const migrating = migrate(proxy.url);
    migrating.catch(() => undefined); // that it fails is as good as that it does not
    const moment = (whole * n) / 20;
    await delay(moment);
    const cut = CUTS[n % 2]!;
    if (cut === 'all') proxy.cut();
    else proxy.links.at(-1)?.cut();
    if (!(await settlesWithin(migrating, 6_000))) stuck.push(`${cut} after ${Math.round(moment)} ms`);
  }
  expect(stuck).toEqual([]);
  await migrate(proxy.url);
});

// This and the next one have databases of their own, and wait most of their time.
it.concurrent('a migration comes to an end, at whatever moment its network goes silent', async () => {
  const begun = performance.now();
  await migrate((await createEmptyDatabase()).url);
  const whole = performance.now() - begun;
  const silencedAt = async (part: number) => {
    const { url } = await createEmptyDatabase();
    await using proxy = await startFaultProxy(url);
    const migrating = migrate(proxy.url);
    migrating.catch(() => undefined); // as above
    await delay(whole * part);
    proxy.swallow();
    expect(await settlesWithin(migrating, SILENCE_MS), `after ${part} of its time`).toBe(true);
    proxy.heal();
    await migrate(url);
  };
  await Promise.all([0.3, 0.6, 0.9].map(silencedAt));
}, 120_000);

/** Whether it tries to get the lock, and has got an answer at least once. */
const WAITING = `select from pg_stat_activity
  where datname = current_database() and state = 'idle' and query like '%pg_try_advisory_lock%'`;

it.concurrent('a migration that waits for another one ends when its network goes silent, and goes on when the other one is done', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  const other = new Client({ connectionString: url });
  await other.connect();
  try {
    await other.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const waiting = migrate(url);
    const leaving = new AbortController();
    const refused = expect(migrate(url, leaving.signal)).rejects.toThrow('aborted');
    const silenced = expect(migrate(proxy.url)).rejects.toThrow('Query read timeout');
    await eventually(async () => expect((await other.query(WAITING)).rowCount).toBe(3));
    proxy.swallow();
    leaving.abort();
    await Promise.all([silenced, refused]);
    await other.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await waiting;
  } finally {
    await other.end();
  }
});
