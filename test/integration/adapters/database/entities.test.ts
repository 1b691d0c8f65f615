/* The entities name the columns of their tables, with their types and which may be null. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { columnName } from '#shared/adapters/database/columns.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { ENTITIES } from '#shared/adapters/database/entities/all.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

let database: Database;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'entities' });
});
afterAll(() => database?.[Symbol.asyncDispose]());

interface Column {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
}

/** What `pg` gives for a column of this type. */
const TYPES: Record<string, string[]> = {
  string: ['uuid', 'text'],
  number: ['integer', 'bigint', 'smallint'],
  boolean: ['boolean'],
  Date: ['timestamp with time zone'],
  any: ['json', 'jsonb'],
  'string[]': ['ARRAY'],
  Buffer: ['bytea'],
};

it('tell the columns of their tables: names, types, and which may be null', async () => {
  const found = await database.sql.rows<Column & Record<string, unknown>>(
    `select table_name as table, column_name as name, data_type as type, is_nullable = 'YES' as nullable
     from information_schema.columns where table_schema = 'public'`,
  );
  expect(ENTITIES.length).toBeGreaterThan(10);
  const metadata = (await database.orm()).getMetadata();
  for (const entity of ENTITIES) {
    const meta = metadata.getByClassName(entity.meta.className);
    const ofTable = found.filter(({ table }) => table === meta.tableName);
    const properties = Object.entries(meta.properties);
    expect(ofTable.map(({ name }) => name).toSorted(), meta.tableName).toEqual(
      properties.map(([name]) => columnName(name)).toSorted(),
    );
    for (const [name, { nullable = false, runtimeType, fieldNames }] of properties) {
      expect(fieldNames).toEqual([columnName(name)]);
      const column = ofTable.find((each) => each.name === columnName(name))!;
      const where = `${meta.tableName}.${column.name}`;
      // The database generates it: never null, whatever the catalogue says.
      if (name !== 'shownStatus') expect([where, column.nullable]).toEqual([where, nullable]);
      expect([where, TYPES[runtimeType]]).toEqual([where, expect.arrayContaining([column.type])]);
    }
  }
});
