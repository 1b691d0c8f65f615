import pg from 'pg';
import { ConfigError } from '#shared/platform/config/config.ts';
import { LOCK_WAIT_MS, patiently } from './online/patiently.ts';
import { passwordVerifier } from './password-verifier.ts';

/** Any number that no other lock of ours uses. */
const LOCK = 0x67686d33;
const TIMEOUT_MS = 60_000;

const { escapeIdentifier, escapeLiteral } = pg;

/** What a role of the services must not be, and what takes it away. Only a superuser may say so, and seldom has to. */
const TOO_MIGHTY = {
  rolsuper: 'nosuperuser',
  rolcreatedb: 'nocreatedb',
  rolcreaterole: 'nocreaterole',
  rolreplication: 'noreplication',
  rolbypassrls: 'nobypassrls',
} as const;

/** Names the objects in the schema `public` that $1 does not own, as `alter` statements need them. */
const OTHERS = `
  select case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end
         || ' ' || oid::regclass as what
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
    and pg_get_userbyid(relowner) <> $1
    and not exists (select from pg_depend where objid = pg_class.oid and deptype in ('a', 'i') and relkind = 'S')
  union all
  select 'routine ' || oid::regprocedure from pg_proc
  where pronamespace = 'public'::regnamespace and pg_get_userbyid(proowner) <> $1
  union all
  select 'type ' || oid::regtype from pg_type
  where typnamespace = 'public'::regnamespace and typtype in ('e', 'd') and pg_get_userbyid(typowner) <> $1`;

/**
 * Makes the role of `databaseUrl`, no superuser, which owns the database of `setupUrl` and all in it. The role
 * of `setupUrl` is a superuser, or a managed server's master. Safe to repeat.
 * @throws ConfigError if both URLs have the same role
 */
export async function prepareServicesRole(setupUrl: string, databaseUrl: string): Promise<void> {
  const { username, password } = new URL(databaseUrl);
  const name = decodeURIComponent(username);
  const role = escapeIdentifier(name);
  await using session = await openSession(setupUrl);
  const { client } = session;
  const { rowCount: isSame } = await client.query('select where current_user = $1', [name]);
  if (isSame !== 0)
    throw new ConfigError('GHOSTLY_DATABASE_SETUP_URL has the same role as DATABASE_URL: it makes that role');
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  await client.query('begin');
  const { rows } = await client.query<Record<keyof typeof TOO_MIGHTY, boolean>>(
    `select ${Object.keys(TOO_MIGHTY).join()} from pg_roles where rolname = $1`,
    [name],
  );
  if (rows.length === 0) await client.query(`create role ${role}`);
  const taken = rows.flatMap((found) => keysOf(TOO_MIGHTY).filter((right) => found[right]));
  await client.query(
    `alter role ${role} login ${taken.map((right) => TOO_MIGHTY[right]).join(' ')}
       password ${escapeLiteral(passwordVerifier(decodeURIComponent(password)))}`,
  );
  // Who is no superuser can only give away to a role of which it is a member.
  const { rowCount: memberships } = await client.query(
    `select where pg_has_role(current_user, $1, 'usage')`,
    [name],
  );
  if (memberships === 0) await client.query(`grant ${role} to current_user`);
  await client.query(`alter database ${escapeIdentifier(client.database!)} owner to ${role}`);
  await client.query(`grant all on schema public to ${role}`);
  await client.query('commit');

  // One by one: a user of one of them waits for that one only.
  await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
  const others = await foreignTo(client, name);
  for (const what of others)
    await patiently(`give ${what} to ${name}`, () => client.query(`alter ${what} owner to ${role}`));
}

const keysOf = <Key extends string>(object: Record<Key, unknown>) => Object.keys(object) as Key[];

/** What {@link prepareServicesRole} would give to the role of `databaseUrl`, i.e. would lock for a moment. */
export async function listForeign(setupUrl: string, databaseUrl: string): Promise<string[]> {
  await using session = await openSession(setupUrl);
  return await foreignTo(session.client, decodeURIComponent(new URL(databaseUrl).username));
}

async function foreignTo(client: pg.Client, name: string): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(OTHERS, [name]);
  return rows.map(({ what }) => what);
}

async function openSession(setupUrl: string) {
  const client = new pg.Client({
    connectionString: setupUrl,
    application_name: 'ghostly-setup',
    connectionTimeoutMillis: 5_000,
    query_timeout: TIMEOUT_MS,
    lock_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined); // the query in flight says so
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}
