/* A migration that fails ends each service with one reason; a database that is not made yet is waited for. */
import { expect, it } from 'vitest';
import { rows } from '../../../support/database/rows.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { adminDatabaseUrl, createEmptyDatabase } from '../../../support/servers/servers.ts';
import { runCli } from '../../../support/stack/cli.ts';
import { createStack } from '../../../support/stack/stack.ts';

it('a migration that fails on a database which answers is said once, and ends each service with 1', async () => {
  const { url: databaseUrl } = await createEmptyDatabase();
  await rows(databaseUrl, 'create table runs (something_else integer)');
  const stack = await createStack({ databaseUrl, accounts: false });
  const services = (['gateway', 'runner', 'supervisor'] as const).map((kind) => stack.launch(kind));
  for (const { exited, lines } of services) {
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(lines.filter((line) => line.includes('\\"runs\\" already exists')).length, lines.join('\n')).toBe(
      1,
    );
    expect(lines.join('\n')).not.toContain('out of reach');
  }
});

/** What the migrator of an earlier commit has recorded. */
const EARLIER = `create table mikro_orm_migrations (id serial primary key, name varchar(255), executed_at timestamptz default now());
  insert into mikro_orm_migrations (name) values ('Migration20261125000000_runs')`;

it('a database that was made before the first version is refused with one sentence, which says what to do', async () => {
  const { url: databaseUrl } = await createEmptyDatabase();
  await rows(databaseUrl, EARLIER);
  const sentence =
    /was made before version 0\.1\.0.*set DATABASE_URL to an empty database.*remove the folder GHOSTLY_HOME/;
  const stack = await createStack({ databaseUrl, accounts: false });
  for (const kind of ['gateway', 'runner', 'supervisor'] as const) {
    const { exited, lines } = stack.launch(kind);
    expect(await exited).toEqual({ code: 2, signal: null });
    expect(lines.filter((line) => sentence.test(line)).length, lines.join('\n')).toBe(1);
  }
  for (const args of [['prepare'], ['prepare', '--dry-run']]) {
    const env = { DATABASE_URL: databaseUrl, GHOSTLY_ADMIN_PASSWORD: 'long enough' };
    const { code, err } = await runCli(args, { env });
    expect([code, err.trim().split('\n').length]).toEqual([2, 1]);
    expect(err).toMatch(sentence);
  }
  expect(await rows(databaseUrl, `select from pg_class where relname = 'runs'`)).toEqual([]);
});

const LATE = `late_${process.pid}`;
const URL_OF_LATE = { pathname: `/${LATE}`, username: LATE, password: LATE };

it('a role and a database that are not made yet are waited for, and each service says so once', async () => {
  const url = Object.assign(new URL(adminDatabaseUrl()), URL_OF_LATE);
  afterFile(async () => {
    await rows(adminDatabaseUrl(), `drop database if exists ${LATE} with (force)`);
    await rows(adminDatabaseUrl(), `drop role if exists ${LATE}`);
  });
  const stack = await createStack({ databaseUrl: url.href, accounts: false });
  const services = (['gateway', 'runner', 'supervisor'] as const).map((kind) => stack.launch(kind));
  const waits = 'the database is not prepared yet';
  await Promise.all(services.map(({ logged }) => logged(waits)));
  await rows(adminDatabaseUrl(), `create role ${LATE} login superuser password '${LATE}'`);
  await rows(adminDatabaseUrl(), `create database ${LATE} owner ${LATE}`);
  for (const { ready, lines } of services) {
    await ready;
    expect(lines.filter((line) => line.includes(waits)).length, lines.join('\n')).toBe(1);
  }
});
