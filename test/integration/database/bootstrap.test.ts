import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashKey } from '#shared/database/accounts/key.ts';
import { verifyPassword } from '#shared/database/accounts/password.ts';
import { prepareDatabase } from '#shared/database/bootstrap.ts';
import { connectDatabase, type Database } from '#shared/database/connect.ts';
import { createEmptyDatabase } from '../../support/servers.ts';

let url: string;
let database: Database;

beforeAll(async () => {
  ({ url } = await createEmptyDatabase());
  database = await connectDatabase({ url, applicationName: 'bootstrap' });
});
afterAll(() => database[Symbol.asyncDispose]());

const ADMIN = { email: ' Admin@Ghostly.local ', password: 'first start' };

it('an empty database gets its tables, one admin, one project and one key, however many start at once', async () => {
  const all = await Promise.all([1, 2, 3].map(() => prepareDatabase({ databaseUrl: url, admin: ADMIN })));
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
      scopes: ['runs:read', 'runs:write', 'runs:cancel', 'admin'],
      key_hash: hashKey(apiKey!),
    },
  ]);
});

it('a database with a user is left alone', async () => {
  const again = await prepareDatabase({
    databaseUrl: url,
    admin: { email: 'other@test.local', password: 'other' },
  });
  expect(again).toEqual({ created: false });
  expect(await database.sql.rows('select from users')).toHaveLength(1);
});
