import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import { retryUntilDone } from '#shared/platform/async/retry.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { ConfigError } from '#shared/platform/config/config.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { DatabaseUnavailableError, type Waits, whyWait } from './errors.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { pendingOf } from './online/pending.ts';
import type { OnlineMigration } from './online/stage.ts';
import { whyNoTls } from './trust.ts';

/** Any number that no other lock of ours uses. */
export const MIGRATION_LOCK = 0x67686d31;
const CLOSE_MS = 2_000;
const ANSWER_MS = 2_000;
const TRY_EVERY_MS = 100;
/** While it migrates, a process may be too busy to hear at once that its connection answers. */
const SILENCE_MS = 15_000;
const ASK_EVERY_MS = 1_000;
/** Keepalives: without them the lock of a process whose machine is gone would be held for hours. */
const LET_GO_OF_THE_DEAD = `
  set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3;
  set tcp_user_timeout = 5000`;

/**
 * Brings the schema up to date, under a lock on a connection of its own: one process runs, others wait. Rejects if that
 * connection goes silent or `stopping` is aborted; the next call goes on. Fewer `migrations` give an earlier schema.
 */
export async function migrate(
  databaseUrl: string,
  stopping?: AbortSignal,
  migrations: readonly OnlineMigration[] = MIGRATIONS,
): Promise<void> {
  const lock = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const over = new AbortController();
  lost.catch((error) => over.abort(error));
  const leave = () => reject(stopping?.reason);
  lock.on('error', reject);
  lock.on('end', () =>
    reject(new DatabaseUnavailableError('the connection that held the lock of the migrations ended')),
  );
  await lock.connect();
  let asking: Loop | undefined;
  try {
    if ((await pendingOf(lock, migrations)).length === 0) return;
    await lock.query(LET_GO_OF_THE_DEAD);
    while (!(await hasLock(lock)))
      await delay(TRY_EVERY_MS, undefined, { ...(stopping && { signal: stopping }) });
    // The holder of the lock may have been a process of an earlier commit.
    await pendingOf(lock, migrations);
    const ask = { text: 'select', query_timeout: SILENCE_MS };
    asking = startLoop(ASK_EVERY_MS, async () => void (await lock.query(ask)), reject);
    // What the ORM does on a connection that broke may never come to an end, and an index takes its time.
    stopping?.addEventListener('abort', leave);
    stopping?.throwIfAborted();
    const { bringUp } = await import('./online/migrator.ts');
    await Promise.race([bringUp(databaseUrl, migrations, over.signal), lost]);
  } finally {
    stopping?.removeEventListener('abort', leave);
    await settlesWithin(close(lock, asking), CLOSE_MS);
    lock.connection.stream.destroy(); // one that has gone silent does not end otherwise
  }
}

/** Ends in this order: an end in the middle of a question would leave the session, and its lock, to the server. */
async function close(lock: Client, asking: Loop | undefined): Promise<void> {
  await asking?.[Symbol.asyncDispose]();
  await lock.end();
}

async function hasLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
    MIGRATION_LOCK,
  ]);
  return rows[0]!.taken;
}

const WAITING: Record<Waits, string> = {
  'out of reach': 'PostgreSQL is out of reach, waiting for it',
  'not prepared': 'the database is not prepared yet, or not for this role: waiting for it',
  'gave up': 'the migration gave up waiting, it is tried again',
};

/**
 * Migrates as soon as the database can be reached and is prepared; logs each reason to wait once, with back-off. Rejects
 * with every other error: it would be the same the next time. @throws ConfigError if the server is not trusted
 */
export async function migrateWhenReachable(
  databaseUrl: string,
  stopping: AbortSignal,
  log: Pick<Log, 'warn'>,
): Promise<void> {
  const warned = new Set<Waits>();
  const tell = (error: unknown) => {
    const why = whyWait(error);
    if (why === undefined || warned.has(why)) return;
    warned.add(why);
    log.warn({ err: error }, WAITING[why]);
  };
  const attempt = async () => {
    try {
      await migrate(databaseUrl, stopping);
    } catch (error) {
      const noTls = whyNoTls(error);
      if (noTls !== undefined) throw new ConfigError(`DATABASE_URL: ${noTls}`);
      if (!stopping.aborted) tell(error);
      throw error;
    }
  };
  const isWorthAnotherTry = (error: unknown) => whyWait(error) !== undefined;
  await retryUntilDone(attempt, { firstMs: 100, maxMs: 2_000 }, stopping, () => undefined, isWorthAnotherTry);
}
