/* A home without an API key gets one that works, and one that has a key keeps it. */
import { readFile, rm, stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashKey } from '#shared/adapters/database/accounts/key.ts';
import { prepareDatabase } from '#shared/adapters/database/bootstrap.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { homeOf } from '../../../../services/cli/up/home/home.ts';
import { type Preparation, prepare } from '../../../../services/cli/up/prepare.ts';
import { PATIENCE_MS } from '../../../support/eventually.ts';
import { createEmptyDatabase } from '../../../support/servers/servers.ts';
import { newHome } from './up-process.ts';

let url: string;
let database: Database;

beforeAll(async () => {
  ({ url } = await createEmptyDatabase());
  database = connectDatabase({ url, applicationName: 'prepare' });
});
afterAll(() => database[Symbol.asyncDispose]());

const prepareOn = async (
  path: string,
  databaseUrl = url,
  email = 'admin@ghostly.local',
): Promise<Preparation> =>
  prepare(
    { database: databaseUrl, setup: undefined },
    {
      home: homeOf({ GHOSTLY_HOME: path }, '/'),
      admin: { email, password: undefined },
      prepareDatabase,
      isExternal: true,
      stopping: AbortSignal.timeout(Math.ceil(PATIENCE_MS)),
      onWaiting: () => undefined,
    },
  );
const keyFile = (path: string) => homeOf({ GHOSTLY_HOME: path }, '/').apiKeyFile;
const isStored = async (key: string) =>
  (await database.sql.row('select from api_keys where key_hash = $1', [hashKey(key)])) !== undefined;

test('a home that has no key gets one that works, whatever the database has already', async () => {
  const [first, fresh] = [await newHome(), await newHome()];
  const made = await prepareOn(first);
  expect(made.admin).toMatchObject({ email: 'admin@ghostly.local', password: expect.any(String) });
  expect(await isStored(made.apiKey)).toBe(true);

  // The same database with another home, and a home whose key was lost or never stored.
  await rm(keyFile(first));
  for (const home of [fresh, first]) {
    const { apiKey, admin } = await prepareOn(home);
    expect(admin).toBeUndefined();
    expect(apiKey).not.toBe(made.apiKey);
    expect(await isStored(apiKey)).toBe(true);
    expect(await readFile(keyFile(home), 'utf8')).toBe(`${apiKey}\n`);
    expect((await stat(keyFile(home))).mode & 0o077).toBe(0);
  }
});

test('a home that has a key keeps it, and none is made', async () => {
  const home = await newHome();
  const { apiKey } = await prepareOn(home);
  const before = await database.sql.rows('select id from api_keys');
  expect((await prepareOn(home)).apiKey).toBe(apiKey);
  expect(await database.sql.rows('select id from api_keys')).toEqual(before);
});

test('without this admin in the database there is no key, and no file that promises one', async () => {
  const home = await newHome();
  expect(await prepareOn(home, url, 'nobody@test.local')).toEqual({ apiKey: '', admin: undefined });
  await expect(stat(keyFile(home))).rejects.toThrow('ENOENT');
});

test('a database that refuses is one line that says why, at once', async () => {
  const wrong = new URL(url);
  wrong.pathname = '/no_such_database';
  await expect(prepareOn(await newHome(), wrong.href)).rejects.toMatchObject({
    name: 'DatabaseError',
    message: 'the database cannot be used: database "no_such_database" does not exist',
  });
});
