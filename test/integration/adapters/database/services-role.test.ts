/* I11: the database role of the services is no superuser, and can do all that the services do. */
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { prepareDatabase } from '#shared/adapters/database/bootstrap.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { listForeign, prepareServicesRole } from '#shared/adapters/database/services-role.ts';
import { createEmptyDatabase, createTestDatabase } from '../../../support/servers/servers.ts';

const ADMIN = { email: 'admin@test.local', password: 'a long test password' };
let made = 0;

/** The database with a role that is not there yet. */
function asServices(setupUrl: string, password = 'pass/word@%'): string {
  const url = new URL(setupUrl);
  made += 1;
  url.username = `services "of" ${process.pid} ${made}`;
  url.password = encodeURIComponent(password);
  return url.href;
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  return client;
}

const OWNERS = `
  select distinct pg_get_userbyid(relowner) as owner from pg_class where relnamespace = 'public'::regnamespace
  union select pg_get_userbyid(proowner) from pg_proc where pronamespace = 'public'::regnamespace
  union select pg_get_userbyid(datdba) from pg_database where datname = current_database()`;

test('I11: the role of the services is no superuser and owns all that another role has made', async () => {
  const { url: setupUrl } = await createTestDatabase();
  await prepareDatabase({ databaseUrl: setupUrl, admin: ADMIN, needsKey: false });
  const url = asServices(setupUrl);
  expect(await listForeign(setupUrl, url)).toContain('table runs');
  await prepareServicesRole(setupUrl, url);
  expect(await listForeign(setupUrl, url)).toEqual([]);
  const client = await connected(url);
  const { rows } = await client.query(
    'select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as mighty from pg_roles where rolname = current_user',
  );
  expect(rows).toEqual([{ mighty: false }]);
  const { rows: me } = await client.query('select current_user::text as owner');
  expect((await client.query(OWNERS)).rows).toEqual(me);
  expect((await client.query('select email from users')).rows).toEqual([{ email: ADMIN.email }]);
  await expect(client.query("select pg_read_file('/etc/passwd')")).rejects.toThrow('permission denied');
  await expect(client.query("copy (select 1) to program 'true'")).rejects.toThrow('permission denied');
});

test('it can do what the services do: migrate, lock, see and end its own connections', async () => {
  const { url: setupUrl } = await createEmptyDatabase();
  const url = asServices(setupUrl);
  await prepareDatabase({ databaseUrl: url, setupUrl, admin: ADMIN, needsKey: true });
  await migrate(url);
  const [client, other] = [await connected(url), await connected(url)];
  await other.query('select pg_advisory_lock(4711)');
  const { rows } = await client.query<{ pid: number; query: string }>(
    "select pid, query from pg_stat_activity join pg_locks using (pid) where locktype = 'advisory' and objid = 4711",
  );
  expect(rows).toMatchObject([{ query: 'select pg_advisory_lock(4711)' }]);
  const { rows: ended } = await client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  expect(ended).toEqual([{ pg_terminate_backend: true }]);
});

test('it is made once by several at once, and takes a new password', async () => {
  const { url: setupUrl } = await createTestDatabase();
  const url = asServices(setupUrl, 'first');
  await Promise.all([1, 2, 3].map(() => prepareServicesRole(setupUrl, url)));
  const again = new URL(url);
  again.password = 'second';
  await prepareServicesRole(setupUrl, again.href);
  await expect(connected(url)).rejects.toThrow('password');
  expect((await (await connected(again.href)).query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
