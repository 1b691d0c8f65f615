import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { retryUntilDone } from '../process/backoff.ts';
import type { Log } from '../process/log.ts';
import { settlesWithin } from '../process/settles-within.ts';
import { closeOrm, ormOptions } from './connect.ts';
import { MIGRATIONS } from './migrations/all.ts';

/** Any number that no other lock of ours uses. */
const MIGRATION_LOCK = 0x67686d31;
const CLOSE_MS = 2_000;

/**
 * Brings the schema up to date. Safe when several processes start at once: one runs, the others wait for it. The lock
 * is held on a connection of its own, as the ORM takes none and session locks do not go with a pool.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const lock = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => undefined);
  lock.on('error', reject);
  lock.on('end', () => reject(new Error('the connection that held the lock of the migrations ended')));
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // What the ORM does on a connection that broke may never come to an end.
    await Promise.race([bringUp(databaseUrl), lost]);
  } finally {
    await settlesWithin(lock.end(), CLOSE_MS);
  }
}

async function bringUp(databaseUrl: string): Promise<void> {
  await using orm = await openOrm(databaseUrl);
  await orm.value.migrator.up();
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
  return { value, [Symbol.asyncDispose]: () => closeOrm(value) };
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
