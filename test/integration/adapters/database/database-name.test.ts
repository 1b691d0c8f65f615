/* A database of any name is prepared, and no other one is made besides. */
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { prepareDatabase } from '#shared/adapters/database/bootstrap.ts';
import { rows } from '../../../support/database/rows.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { adminDatabaseUrl } from '../../../support/servers/servers.ts';

const ADMIN = { email: 'admin@test.local', password: 'first start' };

/** Removed after the file. */
async function createDatabase(name: string): Promise<void> {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  await rows(adminDatabaseUrl(), `create database ${quoted}`);
  afterFile(async () => {
    await rows(adminDatabaseUrl(), `drop database if exists ${quoted} with (force)`);
  });
}

const databases = async () =>
  (
    await rows<{ datname: string }>(
      adminDatabaseUrl(),
      // Files beside this one make and drop theirs.
      `select datname from pg_database where datname not like 'test\\_%' order by datname`,
    )
  ).map(({ datname }) => datname);

it('a database of any name is prepared, on a server that has none called ghostly, and none is made besides', async () => {
  const name = 'an app of "ours" ü';
  await createDatabase(name);
  const before = await databases();
  expect(before).not.toContain('ghostly');
  const databaseUrl = Object.assign(new URL(adminDatabaseUrl()), {
    pathname: `/${encodeURIComponent(name)}`,
  }).href;
  expect(await prepareDatabase({ databaseUrl, admin: ADMIN, needsKey: false })).toMatchObject({
    created: true,
  });
  expect(await databases()).toEqual(before);
});

it('a URL without a database means the one that is named like its user, as everywhere with PostgreSQL', async () => {
  const user = `unnamed_${process.pid}`;
  await createDatabase(user);
  const databaseUrl = Object.assign(new URL(adminDatabaseUrl()), {
    username: user,
    password: 'of its own',
    pathname: '',
  }).href;
  expect(new Client({ connectionString: databaseUrl }).database).toBe(user);
  const setupUrl = Object.assign(new URL(adminDatabaseUrl()), { pathname: `/${user}` }).href;
  const prepared = await prepareDatabase({ databaseUrl, setupUrl, admin: ADMIN, needsKey: false });
  expect(prepared).toMatchObject({ created: true });
  const owner = 'select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()';
  expect(await rows(databaseUrl, owner)).toEqual([{ owner: user }]);
});
