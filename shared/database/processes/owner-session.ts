import { Client } from 'pg';
import { settlesWithin } from '../../process/settles-within.ts';
import { TAKES_WRITES } from '../writable.ts';
import { SESSION_LOCK_SPACE } from './session.ts';

/**
 * The proof that a runner's process lives: a session advisory lock on an idle connection of its own. The lock goes with
 * the process within milliseconds, kill -9 included. If only the connection breaks, it is taken again on a new one.
 */
export interface OwnerSession extends AsyncDisposable {
  /** Whether the lock is held right now. */
  readonly held: boolean;
}

export interface OwnerSessionOptions {
  url: string;
  lockKey: number;
  applicationName: string;
  retryMs: number;
  onLost(error: Error): void;
}

const ANSWER_MS = 2_000;

export async function holdOwnerSession(options: OwnerSessionOptions): Promise<OwnerSession> {
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const open = async () => {
    const next = new Client({
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    // Without a listener, a connection that breaks would end the process.
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next, new Error('the session ended')));
    try {
      await next.connect();
      await takeLock(next, options.lockKey);
    } catch (error) {
      next.removeAllListeners('end');
      await settlesWithin(next.end(), ANSWER_MS); // or its way is silent: it never was open
      throw error;
    }
    if (closed) return next.end();
    client = next;
  };

  const reopen = () => {
    if (closed) return;
    retry = setTimeout(() => open().catch(reopen), options.retryMs);
  };

  const lost = (gone: Client, error: Error) => {
    if (closed || client !== gone) return;
    client = undefined;
    options.onLost(error);
    reopen();
  };

  await open();
  return {
    get held() {
      return client !== undefined;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}

/** A server that only reads grants the lock as well; those who ask for it are at another one by then. */
async function takeLock(client: Client, lockKey: number): Promise<void> {
  const text = `select ${TAKES_WRITES} as writable, pg_advisory_lock($1, $2)`;
  const { rows } = await client.query<{ writable: boolean }>(text, [SESSION_LOCK_SPACE, lockKey]);
  if (!rows[0]!.writable) throw new Error('PostgreSQL takes no writes');
}
