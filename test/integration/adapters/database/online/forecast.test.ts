/* A forecast names the pending migrations, what they lock and for how long, and changes nothing. */
import { expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { MIGRATIONS } from '#shared/adapters/database/migrations/all.ts';
import { forecastMigrations } from '#shared/adapters/database/online/forecast.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { catalogueOf } from '../../../../support/database/catalogue.ts';
import { queueRun } from '../../../../support/database/runs.ts';
import { TEST_MIGRATION, WITH_TEST_MIGRATION } from '../../../../support/database/test-migration.ts';
import { eventually } from '../../../../support/eventually.ts';
import { createEmptyDatabase, createTestDatabase } from '../../../../support/servers/servers.ts';
import { runCli } from '../../../../support/stack/cli.ts';

it('a forecast names the pending migrations, what they lock, how and for how long, and changes nothing', async () => {
  const { url } = await createTestDatabase();
  await using database = connectDatabase({ url, applicationName: 'forecast' });
  const account = await createOwner(database.sql);
  for (let n = 0; n < 5; n += 1) await queueRun(database.sql, account);
  // Counted by PostgreSQL once its statistics are written: what is written after an analysis counts twice.
  await database.sql.rows('select pg_stat_force_next_flush()');
  const counted = `select n_live_tup::int as n from pg_stat_all_tables where relname = 'runs'`;
  await eventually(async () => expect(await database.sql.rows(counted)).toEqual([{ n: 5 }]));
  await database.sql.rows('analyze');
  const schema = await catalogueOf(database.sql);

  const { tables, migrations } = await forecastMigrations(url, WITH_TEST_MIGRATION);
  expect(tables).toEqual([
    { table: 'runs', rows: 5, bytes: expect.any(Number) },
    { table: 'leases', rows: 0, bytes: expect.any(Number) },
  ]);
  expect(migrations).toEqual([
    {
      name: TEST_MIGRATION.name,
      stages: TEST_MIGRATION.stages.map(({ kind, what, locks }) => ({
        kind,
        what,
        ms: 10,
        locks: Object.entries(locks).map(([table, mode]) => ({ table, mode })),
      })),
    },
  ]);
  expect(await catalogueOf(database.sql)).toEqual(schema);
});

it('a forecast for an empty database locks nothing, and makes no table', async () => {
  const { url } = await createEmptyDatabase();
  const { tables, migrations } = await forecastMigrations(url);
  expect(tables).toEqual([]);
  expect(migrations.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
  expect(migrations.flatMap(({ stages }) => stages.flatMap(({ locks }) => locks))).toEqual([]);
  await using database = connectDatabase({ url, applicationName: 'forecast' });
  expect(await catalogueOf(database.sql)).toEqual([]);
});

it('ghostly prepare --dry-run shows it, and needs no password', async () => {
  const { url } = await createEmptyDatabase();
  const dryRun = (databaseUrl: string, ...more: string[]) =>
    runCli(['prepare', '--dry-run', ...more], { env: { DATABASE_URL: databaseUrl } });
  const shown = await dryRun(url);
  expect(shown.code).toBe(0);
  expect(shown.out).toContain('pending. Nothing was changed.');
  const [first] = MIGRATIONS;
  expect(shown.out).toContain(
    [first!.name, `  ${first!.stages[0]!.what}`, '    locks nothing that is in use'].join('\n'),
  );
  expect(JSON.parse((await dryRun(url, '--json')).out)).toMatchObject({
    newOwner: [],
    migrations: MIGRATIONS.map(({ name }) => ({ name })),
  });
  expect((await dryRun((await createTestDatabase()).url)).out.trim()).toBe('No migration is pending.');
});
