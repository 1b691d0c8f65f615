import pg from 'pg';
import { LOCK_WAIT_MS, patiently } from './online/patiently.ts';

/** Any number that no other lock of ours uses. */
const LOCK = 0x67686d33;
const TIMEOUT_MS = 60_000;

const { escapeIdentifier, escapeLiteral } = pg;

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
 * Sees to it that the role of `databaseUrl` is there with its password, is no superuser, and owns the database of `setupUrl`
 * with all that earlier versions made there as its superuser. Safe to repeat, and to be called by several at once.
 */
export async function prepareServicesRole(setupUrl: string, databaseUrl: string): Promise<void> {
  const { username, password } = new URL(databaseUrl);
  const name = decodeURIComponent(username);
  const role = escapeIdentifier(name);
  await using session = await openSession(setupUrl);
  const { client } = session;
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  await client.query('begin');
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
  if (rowCount === 0) await client.query(`create role ${role}`);
  await client.query(
    `alter role ${role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
       password ${escapeLiteral(decodeURIComponent(password))}`,
  );
  await client.query(`alter database ${escapeIdentifier(client.database!)} owner to ${role}`);
  await client.query(`grant all on schema public to ${role}`);
  await client.query('commit');

  // One by one: whoever uses one of them waits for that one only.
  await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
  const others = await foreignTo(client, name);
  for (const what of others)
    await patiently(`give ${what} to ${name}`, () => client.query(`alter ${what} owner to ${role}`));
}

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
