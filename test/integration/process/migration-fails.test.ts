import { expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { afterFile } from '../../support/file-hooks.ts';
import { adminDatabaseUrl, createEmptyDatabase } from '../../support/servers/servers.ts';
import { createStack } from '../../support/stack/stack.ts';

it('a migration that fails on a database which answers is said once, and ends each service with 1', async () => {
  const { url: databaseUrl } = await createEmptyDatabase();
  await rows(databaseUrl, 'create table runs (something_else integer)');
  const stack = await createStack({ databaseUrl, accounts: false });
  const services = (['gateway', 'runner', 'supervisor'] as const).map((kind) => stack.launch(kind));
  for (const { exited, lines } of services) {
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(lines.filter((line) => line.includes('column \\"id\\" referenced')).length, lines.join('\n')).toBe(
      1,
    );
    expect(lines.join('\n')).not.toContain('out of reach');
  }
}, 60_000);

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
}, 60_000);
