import { expect, it } from 'vitest';
import { connectDatabase } from '#shared/database/connect.ts';
import { migrate } from '#shared/database/migrate.ts';
import { MIGRATIONS } from '#shared/database/migrations/all.ts';
import { forecastMigrations } from '#shared/database/online/forecast.ts';
import { createOwner } from '../../support/database/accounts.ts';
import { catalogueOf } from '../../support/database/catalogue.ts';
import { queueEarlier } from '../../support/database/earlier-runs.ts';
import { eventually } from '../../support/eventually.ts';
import { createEmptyDatabase, createTestDatabase } from '../../support/servers/servers.ts';
import { runCli } from '../../support/stack/cli.ts';

const LEASES = 'Migration20261126190000_leases';
const beforeLeases = MIGRATIONS.slice(
  0,
  MIGRATIONS.findIndex(({ name }) => name === LEASES),
);

it('a forecast names the pending migrations, what they lock, how and for how long, and changes nothing', async () => {
  const { url } = await createEmptyDatabase();
  await migrate(url, undefined, beforeLeases);
  await using database = connectDatabase({ url, applicationName: 'forecast' });
  const account = await createOwner(database.sql);
  for (let n = 0; n < 5; n += 1) await queueEarlier(database.sql, account);
  // Counted by PostgreSQL once its statistics are written: what is written after an analysis counts twice.
  await database.sql.rows('select pg_stat_force_next_flush()');
  const counted = `select n_live_tup::int as n from pg_stat_all_tables where relname = 'runs'`;
  await eventually(async () => expect(await database.sql.rows(counted)).toEqual([{ n: 5 }]), {
    timeoutMs: 20_000,
  });
  await database.sql.rows('analyze');
  const schema = await catalogueOf(database.sql);

  const { tables, migrations } = await forecastMigrations(url, MIGRATIONS.slice(0, beforeLeases.length + 1));
  expect(tables).toEqual([{ table: 'runs', rows: 5, bytes: expect.any(Number) }]);
  const creates = expect.stringContaining('trigger');
  expect(migrations).toEqual([
    {
      name: LEASES,
      stages: [
        { kind: 'change', what: 'create the table leases', locks: [], ms: 10 },
        { kind: 'change', what: creates, locks: [{ table: 'runs', mode: 'share row exclusive' }], ms: 10 },
        {
          kind: 'backfill',
          what: expect.any(String),
          locks: [{ table: 'runs', mode: 'row exclusive' }],
          ms: 10,
        },
      ],
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
  await migrate(url, undefined, beforeLeases);
  const dryRun = (databaseUrl: string, ...more: string[]) =>
    runCli(['prepare', '--dry-run', ...more], { env: { DATABASE_URL: databaseUrl } });
  const shown = await dryRun(url);
  expect(shown.code).toBe(0);
  expect(shown.out).toContain('pending. Nothing was changed.');
  expect(shown.out).toContain(
    [
      LEASES,
      '  create the table leases',
      '    locks nothing that is in use',
      '  create a trigger that carries leases over',
      '    locks runs, share row exclusive, about 10 ms: writes wait',
    ].join('\n'),
  );
  expect(shown.out).toContain('    locks events, access exclusive, about 10 ms: ');
  expect(JSON.parse((await dryRun(url, '--json')).out)).toMatchObject({
    newOwner: [],
    migrations: MIGRATIONS.slice(beforeLeases.length).map(({ name }) => ({ name })),
  });
  expect((await dryRun((await createTestDatabase()).url)).out.trim()).toBe('No migration is pending.');
});
