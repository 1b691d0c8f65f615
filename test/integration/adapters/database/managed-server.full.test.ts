/* The install of docs/operate.md and docs/managed-postgresql.md, on a server whose master role is no superuser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Client } from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { prepareDatabase } from '#shared/adapters/database/bootstrap.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { forecastMigrations } from '#shared/adapters/database/online/forecast.ts';
import { listForeign, prepareServicesRole } from '#shared/adapters/database/services-role.ts';
import { render, scalingOf } from '../../../support/cluster/manifests.ts';
import { rows } from '../../../support/database/rows.ts';
import { needs } from '../../../support/machine.ts';
import { startPostgresServer } from '../../../support/servers/postgres-server.ts';

await needs('kubectl');

const ROOT = join(import.meta.dirname, '../../../..');
const ADMIN = { email: 'admin@test.local', password: 'a long test password' };
const page = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8');
const MANAGED = page('managed-postgresql.md');
const OPERATE = page('operate.md');

/** The role that a secret of docs/operate.md signs in as. */
function roleOf(secret: string, key: string): string {
  const [, literals = ''] = new RegExp(`secret generic ${secret} \\\\\n([^]+?[^\\\\])\n`).exec(OPERATE) ?? [];
  const [, role] = new RegExp(`--from-literal=${key}="postgres://(\\w+):`).exec(literals) ?? [];
  if (role === undefined) throw new Error(`the page has no ${key} in the secret ${secret}`);
  return role;
}
const MASTER = roleOf('ghostly-prepare', 'database-setup-url');
const SERVICES = roleOf('ghostly-services', 'database-url');
const SCALER = roleOf('ghostly-scaler', 'database-url');

let superuserUrl: string;
let scalingQuery: string;

beforeAll(async () => {
  const [server, objects] = await Promise.all([startPostgresServer(), render('base')]);
  superuserUrl = server.url;
  scalingQuery = scalingOf(objects).query;
  await rows(superuserUrl, `create role ${MASTER} login createrole createdb password 'of ${MASTER}'`);
});

const as = (username: string, database: string) =>
  Object.assign(new URL(superuserUrl), {
    username,
    password: `of ${username}`,
    pathname: `/${database}`,
  }).href;

/** Works like psql: each statement by itself, over one connection. */
async function psql(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of text.split(/;\n(?!end|\s)/)) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The SQL of the page that begins with this comment, with this database and the passwords of this file. */
function block(comment: string, database: string): string {
  const found = [...MANAGED.matchAll(/```sql\n([^`]+)```/g)].find(([, text]) =>
    text?.startsWith(`-- ${comment}`),
  );
  if (found?.[1] === undefined) throw new Error(`the page has no SQL "${comment}"`);
  return found[1]
    .replaceAll(/\bapp\b/g, database)
    .replaceAll(
      /role (\w+) (.*?)password '…'/g,
      (_, role, more) => `role ${role} ${more}password 'of ${role}'`,
    );
}

/** The line of the page that makes the role of the scaler, with a URL instead of a variable. */
async function makeScaler(url: string, renamed = (text: string) => text): Promise<void> {
  const [, path] = /-f ghostly\/(\S+scaler-role\.sql)/.exec(OPERATE) ?? [];
  const text = readFileSync(join(ROOT, path!), 'utf8').replaceAll(":'password'", "'of ghostly_scaler'");
  await psql(url, renamed(text));
}

const countOf = (url: string) => rows<Record<string, string>>(url, scalingQuery);

test('I11: a master that is no superuser makes the role of the services, and with it all that the install makes', async () => {
  await psql(as(MASTER, 'postgres'), block('as the master', 'orders').split(';')[0]!);
  const [setupUrl, databaseUrl] = [as(MASTER, 'orders'), as(SERVICES, 'orders')];
  const options = { databaseUrl, setupUrl, admin: ADMIN, needsKey: false };
  expect(await prepareDatabase(options)).toMatchObject({ created: true });
  expect(await prepareDatabase(options)).toEqual({ created: false });
  const [role] = await rows(
    databaseUrl,
    `select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as mighty,
       pg_get_userbyid(datdba) = current_user as owns
     from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
  );
  expect(role).toEqual({ mighty: false, owns: true });
  await makeScaler(setupUrl);
  expect(await countOf(as(SCALER, 'orders'))).toHaveLength(1);
  await expect(rows(as(SCALER, 'orders'), 'select plan from runs')).rejects.toThrow('permission denied');
  // After the secret of the install is deleted.
  await migrate(databaseUrl);
});

test('a master that is no superuser gives the role what it had made itself', async () => {
  await rows(as(MASTER, 'postgres'), 'create database earlier');
  const [setupUrl, databaseUrl] = [as(MASTER, 'earlier'), as(SERVICES, 'earlier')];
  await prepareDatabase({ databaseUrl: setupUrl, admin: ADMIN, needsKey: false });
  expect(await listForeign(setupUrl, databaseUrl)).toContain('table runs');
  await prepareServicesRole(setupUrl, databaseUrl);
  expect(await listForeign(setupUrl, databaseUrl)).toEqual([]);
  expect(await rows(databaseUrl, 'select email from users')).toEqual([{ email: ADMIN.email }]);
});

test('the role of the setup URL is never made weaker, if it is that of the services by mistake', async () => {
  const url = as(MASTER, 'postgres');
  const before = await rows(superuserUrl, `select * from pg_roles where rolname = '${MASTER}'`);
  await expect(prepareServicesRole(url, url)).rejects.toThrow(/^GHOSTLY_DATABASE_SETUP_URL .* same role/);
  expect(await rows(superuserUrl, `select * from pg_roles where rolname = '${MASTER}'`)).toEqual(before);
});

test('I10: a role of the scaler that is not the master’s is refused, without its password in any message', async () => {
  await rows(superuserUrl, `create role second_master login createrole password 'of second_master'`);
  await rows(superuserUrl, 'create role theirs_scaler');
  const refused = await makeScaler(as('second_master', 'postgres'), (text) =>
    text.replaceAll(/(?<!of )ghostly_scaler/g, 'theirs_scaler'),
  ).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: '42501',
    message: expect.stringMatching(/^permission denied to alter role\. .*theirs_scaler/),
  });
  expect(inspect(refused)).not.toContain('of ghostly_scaler');
});

test('a restore by the master: the database is dropped under its sessions, and made again for its owner', async () => {
  const restore = /psql "\$MAINTENANCE_URL" -c '([^']+)' -c '([^']+)'/.exec(OPERATE);
  await rows(as(MASTER, 'postgres'), 'create database restored');
  await prepareServicesRole(as(MASTER, 'restored'), as(SERVICES, 'restored'));
  await migrate(as(SERVICES, 'restored'));
  await makeScaler(as(MASTER, 'restored'));
  const open = new Client({ connectionString: as(SERVICES, 'restored') });
  const ended = new Promise((resolve) => open.on('error', resolve));
  await open.connect();
  // The session of KEDA may still be open when all services have stopped.
  const counting = new Client({ connectionString: as(SCALER, 'restored') });
  const countingEnded = new Promise((resolve) => counting.on('error', resolve));
  await counting.connect();
  for (const statement of restore!.slice(1))
    await rows(as(MASTER, 'postgres'), statement.replace('database ghostly', 'database restored'));
  await Promise.all([ended, countingEnded]);
  await migrate(as(SERVICES, 'restored'));
});

test('a restore on a new server: the master makes the owner of the database, and the database for it', async () => {
  const [, commands = ''] = /\npsql "\$MAINTENANCE_URL" (-c "create role [^`]+)\n```/.exec(OPERATE) ?? [];
  const statements = [...commands.matchAll(/-c (["'])(.+?)\1(?=\s|$)/g)].map(([, , text = '']) =>
    text
      .replaceAll('ghostly_services', 'moved_services')
      .replace('database ghostly', 'database moved')
      .replace('$SERVICES_PASSWORD', 'of moved_services'),
  );
  expect(statements).toHaveLength(3);
  for (const statement of statements) await rows(as(MASTER, 'postgres'), statement);
  await migrate(as('moved_services', 'moved'));
  await rows(as(MASTER, 'postgres'), 'drop database moved');
});

test('a role that owns nothing but a schema is enough: made by others, beside other tables', async () => {
  await rows(as(MASTER, 'postgres'), 'create database shared_app');
  const renamed = (text: string) => text.replaceAll(/ghostly_(services|scaler)/g, 'schema_$1');
  const databaseUrl = as('schema_services', 'shared_app');
  const others = as(MASTER, 'shared_app');
  await rows(others, 'create table runs (of_others int)');
  await psql(others, renamed(block('as the administrator', 'shared_app')));
  expect((await forecastMigrations(databaseUrl)).migrations.length).toBeGreaterThan(0);
  const options = { databaseUrl, admin: ADMIN, needsKey: false };
  expect(await prepareDatabase(options)).toMatchObject({ created: true });
  const tables = await rows(others, `select from pg_tables where schemaname = 'public'`);
  expect(tables).toHaveLength(1);
  expect((await forecastMigrations(databaseUrl)).migrations).toEqual([]);
  await makeScaler(databaseUrl, renamed);
  expect(await countOf(as('schema_scaler', 'shared_app'))).toHaveLength(1);
});
