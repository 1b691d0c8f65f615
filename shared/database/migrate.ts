import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { retryUntilDone } from '../process/backoff.ts';
import type { Log } from '../process/log.ts';
import { ormOptions } from './connect.ts';
import { MIGRATIONS } from './migrations/all.ts';

/** Any number that no other lock of ours uses. */
const MIGRATION_LOCK = 0x67686d31;

/**
 * Brings the schema up to date. Safe when several processes start at once: one runs, the others wait for it. The lock
 * is held on a connection of its own, as the ORM takes none and session locks do not go with a pool.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const lock = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  // The statement under way rejects by itself; without a listener a broken connection would end the process.
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await using orm = await openOrm(databaseUrl);
    await orm.value.migrator.up();
  } finally {
    await lock.end();
  }
}

async function openOrm(url: string) {
  const value = await MikroORM.init({
    ...ormOptions({
      url,
      applicationName: 'ghostly-migrate',
      statementTimeoutMs: 600_000,
      lockTimeoutMs: 60_000,
    }),
    extensions: [Migrator],
    migrations: { migrationsList: MIGRATIONS, snapshot: false },
  });
  return { value, [Symbol.asyncDispose]: () => value.close(true) };
}

/** Migrates as soon as the database can be reached; says once that it cannot, and waits with back-off. */
export async function migrateWhenReachable(
  databaseUrl: string,
  stopping: AbortSignal,
  log: Pick<Log, 'warn'>,
): Promise<void> {
  await retryUntilDone(
    () => migrate(databaseUrl),
    { firstMs: 100, maxMs: 2_000 },
    stopping,
    (error) => log.warn({ err: error }, 'PostgreSQL is out of reach, waiting for it'),
  );
}
