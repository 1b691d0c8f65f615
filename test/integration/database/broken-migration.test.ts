import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { MIGRATION_LOCK, migrate } from '#shared/database/migrate.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import { eventually } from '../../support/eventually.ts';
import { startFaultProxy } from '../../support/fault-proxy/fault-proxy.ts';
import { createTestDatabase } from '../../support/servers.ts';

/** All connections, or only the one that the ORM has. */
const CUTS = ['all', 'last'] as const;

it('a migration comes to an end, at whatever moment its connections break', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  await migrate(proxy.url);
  const begun = performance.now();
  await migrate(proxy.url);
  const whole = performance.now() - begun;
  const stuck: string[] = [];
  for (let n = 0; n < 24; n += 1) {
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
}, 60_000);

it('a migration comes to an end, at whatever moment its network goes silent', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  const stuck: number[] = [];
  for (const moment of [0, 10, 25, 50, 80]) {
    const migrating = migrate(proxy.url);
    migrating.catch(() => undefined); // as above
    await delay(moment);
    proxy.swallow();
    if (!(await settlesWithin(migrating, 8_000))) stuck.push(moment);
    proxy.heal();
  }
  expect(stuck).toEqual([]);
  await migrate(proxy.url);
}, 60_000);

it('a migration that waits for another one ends when its network goes silent, and when the other one is done', async () => {
  const { url } = await createTestDatabase();
  await using proxy = await startFaultProxy(url);
  const other = new Client({ connectionString: url });
  await other.connect();
  await other.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  const waiting = migrate(url);
  const silenced = migrate(proxy.url);
  const failed = expect(silenced).rejects.toThrow('timeout');
  await eventually(() => expect(proxy.links).toHaveLength(1));
  proxy.swallow();
  await failed;
  await other.end();
  await waiting;
});
