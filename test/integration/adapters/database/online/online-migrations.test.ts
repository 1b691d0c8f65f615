/* A migration that was interrupted can be repeated, and keeps others waiting for a moment only. */
import { Client, type Pool } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { LOCK_WAIT_MS } from '#shared/adapters/database/online/patiently.ts';
import { runStages } from '#shared/adapters/database/online/run-stages.ts';
import {
  type Change,
  change,
  LOCK_MODES,
  type LockMode,
  type OnlineMigration,
} from '#shared/adapters/database/online/stage.ts';
import { closePool, openPool } from '#shared/adapters/database/pool.ts';
import { catalogueOf } from '../../../../support/database/catalogue.ts';
import { TEST_MIGRATION, WITH_TEST_MIGRATION } from '../../../../support/database/test-migration.ts';
import { eventually } from '../../../../support/eventually.ts';
import { createEmptyDatabase, createTestDatabase } from '../../../../support/servers/servers.ts';
import { extendedOnly } from '../../../../support/share.ts';

const GOES_ON = new AbortController().signal;
const INTERRUPTION = change('be interrupted', {}, `do $$ begin raise exception 'interrupted'; end $$`);

/** The schema that the test migration leaves behind. */
let migrated: string[];
beforeAll(async () => {
  const { url } = await createTestDatabase();
  await migrate(url, undefined, WITH_TEST_MIGRATION);
  migrated = await catalogue(url);
});

async function catalogue(url: string): Promise<string[]> {
  await using database = connectDatabase({ url, applicationName: 'catalogue' });
  return await catalogueOf(database.sql);
}

describe('a migration', () => {
  extendedOnly(() => {
    it('that was interrupted after any of its stages is repeated, and leaves the same schema', async () => {
      const { url } = await createEmptyDatabase();
      for (const [index, { name, stages }] of WITH_TEST_MIGRATION.entries()) {
        const upTo = (count: number): OnlineMigration => ({
          name,
          stages: [...stages.slice(0, count), INTERRUPTION],
        });
        for (let count = 1; count <= stages.length; count += 1)
          await expect(
            migrate(url, undefined, [...WITH_TEST_MIGRATION.slice(0, index), upTo(count)]),
            `${name}, ${count} stages`,
          ).rejects.toThrow('interrupted');
        await migrate(url, undefined, WITH_TEST_MIGRATION.slice(0, index + 1));
      }
      expect(await catalogue(url)).toEqual(migrated);
    }, 120_000);

    it('builds an index again that an interruption left without its rows', async () => {
      const { url } = await createTestDatabase();
      await withClient(url, async (client) => {
        await client.query('create index runs_test on runs (id)');
        await client.query(`update pg_index set indisvalid = false where indexrelid = 'runs_test'::regclass`);
      });
      await migrate(url, undefined, WITH_TEST_MIGRATION);
      expect(await catalogue(url)).toEqual(migrated);
    });
  });

  it('locks what it says of what was there before, for a change that reads no table and writes none anew', async () => {
    const { url } = await createEmptyDatabase();
    const pool = openPool({ url, applicationName: 'locks' });
    try {
      for (const stage of WITH_TEST_MIGRATION.flatMap(({ stages }) => stages)) {
        if (stage.kind !== 'change') await runStages(pool, [stage], GOES_ON);
        else expect([stage.what, await locksOf(pool, stage)]).toEqual([stage.what, stage.locks]);
      }
    } finally {
      await closePool(pool);
    }
  });

  it.each([
    ['runs', 'leases'],
    ['leases', 'runs'],
  ])(
    'that waits for %s has no other table meanwhile for which the holder of that one could wait',
    async (held, other) => {
      const { url } = await createTestDatabase();
      await withClient(url, async (writer) => {
        const ofTwo = TEST_MIGRATION.stages.find(({ locks }) => 'leases' in locks);
        await writer.query(`begin; lock table ${held} in row exclusive mode`);
        const pool = openPool({ url, applicationName: 'changes' });
        await using _ = { [Symbol.asyncDispose]: () => closePool(pool) };
        const changing = runStages(pool, [ofTwo!], GOES_ON).catch((error: unknown) => error);
        await withClient(url, (looker) =>
          eventually(async () => expect((await looker.query(WAITS)).rowCount).toBe(1)),
        );
        await writer.query(`lock table ${other} in row exclusive mode nowait`);
        await writer.query('commit');
        expect(await changing).toBe(undefined);
      });
    },
  );

  extendedOnly(() => {
    it('keeps others waiting for a moment only, while it waits for a lock itself', async () => {
      const { url } = await createTestDatabase();
      await withClient(url, async (writer) => {
        await writer.query('begin; lock table runs in row exclusive mode');
        const migrating = migrate(url, undefined, WITH_TEST_MIGRATION);
        await withClient(url, async (other) => {
          const waits: number[] = [];
          await eventually(async () => {
            const begun = performance.now();
            await other.query('update runs set error = null where false');
            waits.push(performance.now() - begun);
            // It has waited, and left the lock to this one.
            expect(waits.filter((ms) => ms > LOCK_WAIT_MS / 2)).not.toEqual([]);
          });
          expect(Math.max(...waits)).toBeLessThan(2 * LOCK_WAIT_MS);
        });
        await writer.query('commit');
        await migrating;
      });
      expect(await catalogue(url)).toEqual(migrated);
    });
  });
});

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const WAITS = `select from pg_locks join pg_stat_activity using (pid) where application_name = 'changes' and not granted`;

/** Their earlier names: a change may give others. */
const NAMES = `select oid::int as id, relname as name from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'r'`;
const TABLES = `select oid::int as id, relfilenode::int as file from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'r'`;
const READ = `select relid::int as id, seq_scan from pg_stat_xact_user_tables where relid::int = any ($1) order by id`;
/** What reads and writes do is no matter. */
const STRONG = LOCK_MODES.slice(LOCK_MODES.indexOf('share update exclusive'));
const LOCKS = `
select relation::int as id,
  lower(regexp_replace(regexp_replace(mode, 'Lock$', ''), '(?<=[a-z])([A-Z])', ' \\1', 'g')) as mode
from pg_locks where pid = pg_backend_pid() and relation::int = any ($1)`;

/** Makes the change; neither rewrites it a table that was there, nor reads it all of one. */
async function locksOf(pool: Pool, { what, sql, unless }: Change): Promise<Record<string, LockMode>> {
  if (unless !== undefined) expect((await pool.query(unless)).rowCount).toBe(0);
  const client = await pool.connect();
  try {
    const { rows: there } = await client.query<{ id: number }>(TABLES);
    const ids = there.map(({ id }) => id);
    const named = await client.query<{ id: number; name: string }>(NAMES);
    const names = new Map(named.rows.map(({ id, name }) => [id, name]));
    await client.query('begin');
    const { rows: before } = await client.query(READ, [ids]);
    await client.query(sql);
    const { rows: after } = await client.query(READ, [ids]);
    const { rows } = await client.query<{ id: number; mode: LockMode }>(LOCKS, [ids]);
    await client.query('commit');
    expect([what, after]).toEqual([what, before]);
    expect([what, (await client.query(TABLES)).rows]).toEqual([what, expect.arrayContaining(there)]);
    const strength = ({ mode }: { mode: LockMode }) => STRONG.indexOf(mode);
    const strong = rows.filter((row) => strength(row) >= 0).toSorted((a, b) => strength(a) - strength(b));
    return Object.fromEntries(strong.map(({ id, mode }) => [names.get(id), mode]));
  } finally {
    client.release();
  }
}
