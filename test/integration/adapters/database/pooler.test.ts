/* Statements, transactions and their time limits hold through a pooler in transaction mode as without it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listUsers } from '#shared/adapters/database/accounts/users.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { rows } from '../../../support/database/rows.ts';
import { needs } from '../../../support/machine.ts';
import { startPgBouncer } from '../../../support/servers/pgbouncer.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

await needs('pgbouncer');

/** One server connection for all of them. */
let database: Database;
let other: Database;
let direct: string;
let options: Parameters<typeof connectDatabase>[0];

beforeAll(async () => {
  direct = (await createTestDatabase()).url;
  const url = await startPgBouncer(direct, { servers: 1 });
  options = {
    url,
    pooled: true,
    applicationName: 'pooler',
    statementTimeoutMs: 20_000,
    lockTimeoutMs: 10_000,
  };
  database = connectDatabase(options);
  other = connectDatabase({ ...options, applicationName: 'other', statementTimeoutMs: 30_000 });
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await other?.[Symbol.asyncDispose]();
});

const HOLDER = randomUUID();

const setting = async ({ sql }: Pick<Database, 'sql'>, name: string) =>
  (await sql.row<{ value: string }>('select current_setting(:name) as value', { name }))!.value;

describe('through a pooler in transaction mode', () => {
  it('each statement has the bounds of its own pool, whichever client had the server connection before', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await setting(database, 'statement_timeout')).toBe('20s');
      expect(await setting(other, 'statement_timeout')).toBe('30s');
      expect(await setting(database, 'lock_timeout')).toBe('10s');
      expect(await setting(other, 'plan_cache_mode')).toBe('force_generic_plan');
    }
  });

  it('the server gives up a statement that takes longer, and goes on with the next', async () => {
    await using hasty = connectDatabase({ ...options, statementTimeoutMs: 300 });
    await expect(hasty.sql.rows('select pg_sleep(10)')).rejects.toThrow(DatabaseUnavailableError);
    expect(await other.sql.row('select 1 as one')).toEqual({ one: 1 });
    const sleeping = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
    expect(await rows(direct, sleeping)).toEqual([]);
  });

  it('an error is the one of the statement, and what it did is taken back', async () => {
    const failing = `with added as (insert into leaders (role, holder, until) values ('failed', :holder, clock_timestamp()))
      select 1 / :zero::int`;
    await expect(database.sql.rows(failing, { holder: HOLDER, zero: 0 })).rejects.toThrow('division by zero');
    expect(await other.sql.rows(`select from leaders where role = 'failed'`)).toEqual([]);
  });

  it('a transaction keeps its server connection, and its bounds', async () => {
    const seen = await database.sql.transaction(async (sql) => {
      await sql.rows(
        `insert into leaders (role, holder, until) values ('test', '${HOLDER}', clock_timestamp())`,
      );
      return [
        await setting({ sql }, 'lock_timeout'),
        await sql.rows(`select holder from leaders where role = 'test'`),
      ];
    });
    expect(seen).toEqual(['10s', [{ holder: HOLDER }]]);
    await expect(
      database.sql.transaction(async (sql) => {
        await sql.rows(`delete from leaders where role = 'test'`);
        throw new Error('not so');
      }),
    ).rejects.toThrow('not so');
    expect(await other.sql.rows(`select holder from leaders where role = 'test'`)).toHaveLength(1);
  });

  it('many statements at once, prepared by name, share one server connection', async () => {
    await using one = connectDatabase(options);
    await using two = connectDatabase(options);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? one : two).sql.row('select :n::int as n', { n })),
    );
    expect(answers).toEqual(answers.map((_, n) => ({ n })));
  });

  it('the ORM works', async () => {
    expect(await listUsers(await database.entities())).toEqual([]);
  });
});
