/* Migrations are applied once, however many processes start at once, and give every entity its columns. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { MIGRATION_LOCK, migrate } from '#shared/adapters/database/migrate.ts';
import { MIGRATIONS } from '#shared/adapters/database/migrations/all.ts';
import { createEmptyDatabase } from '../../../support/servers/servers.ts';

/** They are only ever read and written by statements of their own. */
const WITHOUT_ENTITY = [
  ...[
    'artifact_bytes',
    'database_key',
    'gateways',
    'key_heads',
    'leaders',
    'mikro_orm_migrations',
    'outages',
    'run_search',
  ],
  ...['runners', 'search_due', 'turns'],
];

let database: Database;
let url: string;
beforeAll(async () => {
  ({ url } = await createEmptyDatabase());
  await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
  database = connectDatabase({ url, applicationName: 'migrate' });
});
afterAll(() => database[Symbol.asyncDispose]());

interface Column {
  table: string;
  name: string;
  nullable: boolean;
  key: boolean;
}
const PARTITIONS = 'select relname from pg_class where relispartition';
const columnsOfDatabase = () =>
  database.sql.rows<Column & Record<string, unknown>>(
    `select c.table_name as "table", c.column_name as name, c.is_nullable = 'YES' as nullable, exists (
       select from information_schema.table_constraints k join information_schema.key_column_usage u using (constraint_name)
       where k.constraint_type = 'PRIMARY KEY' and u.table_name = c.table_name and u.column_name = c.column_name) as key
     from information_schema.columns c where c.table_schema = 'public' and c.table_name <> all ($1) and c.table_name not in (${PARTITIONS})`,
    [WITHOUT_ENTITY],
  );
const columnsOfEntities = async (): Promise<Column[]> =>
  [...(await database.orm()).getMetadata().getAll().values()].flatMap(({ tableName, props }) =>
    props.map(({ fieldNames, nullable = false, primary = false }) => ({
      table: tableName,
      name: fieldNames[0]!,
      nullable,
      key: primary,
    })),
  );
const inOrder = (columns: Column[]) =>
  columns
    .map(({ table, name, nullable, key }) => `${table}.${name}${nullable ? '?' : ''}${key ? ' (key)' : ''}`)
    .toSorted();

describe('migrations', () => {
  it('are applied once, though five processes start at once on an empty database', async () => {
    const applied = await database.sql.rows<{ name: string }>('select name from mikro_orm_migrations');
    expect(applied).toHaveLength(MIGRATIONS.length);
    await migrate(url);
    expect(await database.sql.rows('select name from mikro_orm_migrations')).toEqual(applied);
  });

  it('leave no lock and no connection behind', async () => {
    const others = await database.sql.rows(
      `select application_name from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    expect(others).toEqual([]);
    const locks = await database.sql.rows(`select objid from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`);
    expect(locks).toEqual([]);
  });

  it('give every property of the entities its column, alike in key and null, and no column besides', async () => {
    expect(inOrder(await columnsOfDatabase())).toEqual(inOrder(await columnsOfEntities()));
  });

  it('give every table an entity, but those of processes, of the queue, of searches and of what artifacts take', async () => {
    const tables = await database.sql.rows<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_name not in (${PARTITIONS})`,
    );
    const entities = new Set((await columnsOfEntities()).map(({ table }) => table));
    expect(
      tables
        .map(({ name }) => name)
        .filter((name) => !entities.has(name))
        .toSorted(),
    ).toEqual(WITHOUT_ENTITY);
  });

  it('are looked for without their lock: an upgraded database makes nobody wait', async () => {
    const holder = new Client({ connectionString: url });
    await holder.connect();
    try {
      await holder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await migrate(url);
    } finally {
      await holder.end();
    }
  });
});
