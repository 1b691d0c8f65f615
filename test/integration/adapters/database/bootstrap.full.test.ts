/* I10: an empty database gets one admin, project and key, and no key where only a log would show it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashKey } from '#shared/adapters/database/accounts/key.ts';
import { verifyPassword } from '#shared/adapters/database/accounts/password.ts';
import { createUser } from '#shared/adapters/database/accounts/users.ts';
import { NoPasswordError, prepareDatabase } from '#shared/adapters/database/bootstrap.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { KEY_SCOPES } from '#shared/api/contract/accounts/roles.ts';
import { createEmptyDatabase } from '../../../support/servers/servers.ts';

let url: string;
let database: Database;

beforeAll(async () => {
  ({ url } = await createEmptyDatabase());
  database = connectDatabase({ url, applicationName: 'bootstrap' });
});
afterAll(() => database[Symbol.asyncDispose]());

const ADMIN = { email: ' Admin@Ghostly.local ', password: 'first start' };

it('an empty database without a password for its first account says so, and one that has an account needs none', async () => {
  const admin = { email: 'admin@ghostly.local', password: undefined };
  const prepare = () => prepareDatabase({ databaseUrl: other, admin, needsKey: false });
  const { url: other } = await createEmptyDatabase();
  await expect(prepare()).rejects.toThrow(NoPasswordError);
  await prepareDatabase({ databaseUrl: other, admin: ADMIN, needsKey: false });
  expect(await prepare()).toEqual({ created: false });
});

it('an empty database gets its tables, one admin, one project and one key, however many start at once', async () => {
  const all = await Promise.all(
    [1, 2, 3].map(() => prepareDatabase({ databaseUrl: url, admin: ADMIN, needsKey: false })),
  );
  expect(all.filter(({ created }) => created)).toHaveLength(1);
  const { apiKey } = all.find(({ created }) => created)!;
  expect(all.filter((one) => 'apiKey' in one)).toHaveLength(1);

  const users = await database.sql.rows<{ email: string; role: string; password_hash: string }>(
    'select * from users',
  );
  expect(users).toMatchObject([{ email: 'admin@ghostly.local', role: 'admin' }]);
  expect(await verifyPassword(ADMIN.password, users[0]!.password_hash)).toBe(true);
  expect(
    await database.sql.rows('select label, role from projects join project_members on project_id = id'),
  ).toEqual([{ label: 'Default', role: 'owner' }]);
  expect(await database.sql.rows('select label, scopes, key_hash from api_keys')).toEqual([
    {
      label: 'local',
      scopes: [...KEY_SCOPES],
      key_hash: hashKey(apiKey!),
    },
  ]);
});

it('I10: no key is made where nobody but a log would see it', async () => {
  const { url: other } = await createEmptyDatabase();
  await using fresh = connectDatabase({ url: other, applicationName: 'bootstrap' });
  const options = { databaseUrl: other, admin: ADMIN, needsKey: false, withoutKey: true };
  const made = await prepareDatabase(options);
  expect(made).toEqual({ created: true });
  expect(await fresh.sql.rows('select from users')).toHaveLength(1);
  expect(await fresh.sql.rows('select from api_keys')).toEqual([]);
});

it('a database with a user is left alone', async () => {
  const again = await prepareDatabase({
    databaseUrl: url,
    admin: { email: 'other@test.local', password: 'other' },
    needsKey: false,
  });
  expect(again).toEqual({ created: false });
  expect(await database.sql.rows('select from users')).toHaveLength(1);
});

it('an operator who lost the key of an existing admin gets a further one with all scopes, and needs no password', async () => {
  const admin = { ...ADMIN, password: undefined };
  const { created, apiKey } = await prepareDatabase({ databaseUrl: url, admin, needsKey: true });
  expect({ created, apiKey }).toEqual({ created: false, apiKey: expect.stringMatching(/^gly_/) });
  expect(
    await database.sql.rows(
      'select label, scopes, email from api_keys join users on user_id = users.id where key_hash = $1',
      [hashKey(apiKey!)],
    ),
  ).toEqual([
    {
      label: 'local',
      scopes: [...KEY_SCOPES],
      email: 'admin@ghostly.local',
    },
  ]);
  expect(await database.sql.rows('select from users')).toHaveLength(1);
  expect(await database.sql.rows('select from api_keys')).toHaveLength(2);
});

it('no key is made for an e-mail that nobody has, nor for a user who is no admin', async () => {
  await createUser(await database.entities(), {
    email: 'member@test.local',
    passwordHash: 'none',
    role: 'member',
  });
  for (const email of ['nobody@test.local', 'member@test.local']) {
    const admin = { email, password: 'first start' };
    expect(await prepareDatabase({ databaseUrl: url, admin, needsKey: true })).toEqual({ created: false });
  }
  expect(await database.sql.rows('select from api_keys')).toHaveLength(2);
});

it('each of several homes that start at once without a key gets one that works', async () => {
  const empty = await createEmptyDatabase();
  const options = { databaseUrl: empty.url, admin: ADMIN, needsKey: true };
  const all = await Promise.all([prepareDatabase(options), prepareDatabase(options)]);
  await using other = connectDatabase({ url: empty.url, applicationName: 'bootstrap' });
  const hashes = all.map(({ apiKey }) => hashKey(apiKey ?? '')).sort();
  expect(await other.sql.rows('select key_hash from api_keys order by key_hash')).toEqual(
    hashes.map((key_hash) => ({ key_hash })),
  );
});
