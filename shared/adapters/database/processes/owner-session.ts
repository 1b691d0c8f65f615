/*
 * The proof that a runner lives: a session advisory lock on a connection to the server itself, which goes with the process
 * within milliseconds. Also carries heartbeats, which so wait behind nothing. Owns one connection at a time (I14).
 */
import { Client, type QueryConfig, type QueryResultRow } from 'pg';
import { backoffMs } from '#shared/platform/async/backoff.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { SESSION_OPTIONS } from '../connection-options.ts';
import { type Statements, statementsOf } from '../sql.ts';
import { TAKES_WRITES } from '../writable.ts';
import { isSessionLock, SESSION_LOCK_SPACE } from './session.ts';

export interface OwnerSession extends AsyncDisposable {
  /** Whether the lock is held right now. */
  readonly held: boolean;
  /** Statements on its connection; undefined while there is none, or one that does not answer. */
  readonly statements: Statements | undefined;
}

export interface OwnerSessionOptions {
  url: string;
  /** Key of this start of the process alone. */
  lockKey: number;
  applicationName: string;
  /** The longest time before the first new try after a loss; it doubles twice. See `backoffMs`. */
  retryMs: number;
  /** Time of `statements` for an answer, and for the wait for a row, ms. */
  answerMs?: number;
  lockTimeoutMs?: number;
  onLost(error: Error): void;
}

/** So many times the first wait is the longest one. */
const LONGEST_RETRY = 4;
const ANSWER_MS = 2_000;
const CLOSE_MS = 500;
/** How long the server may take to end a backend whose client is gone. */
const ENDS_MS = 1_000;
/** So many statements may be without an answer before others take another way. */
const MOST_UNANSWERED = 2;
/** A backend that waits for a row looks so often whether its client is still there, where the server's system can; else it refuses. */
const LOOK_FOR_CLIENT = 'set client_connection_check_interval = 250';
/** A server whose client's machine is gone lets go after 14 s, rather than after hours. */
const SERVER_KEEPALIVES =
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 -c tcp_user_timeout=14000';

/** Rejects if the first attempt fails. */
export async function holdOwnerSession(options: OwnerSessionOptions): Promise<OwnerSession> {
  const session = new LockSession(options);
  await session.open();
  return session;
}

class LockSession implements OwnerSession {
  readonly #options: OwnerSessionOptions;
  #client: Client | undefined;
  /** Why that one is of no use any more. */
  #broken: Error | undefined;
  #held = false;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;
  #opening = Promise.resolve();
  #unanswered = 0;
  readonly #statements = statementsOf({ query: (query) => this.#query(query) });

  constructor(options: OwnerSessionOptions) {
    this.#options = options;
  }

  get held(): boolean {
    return this.#held;
  }

  get statements(): Statements | undefined {
    return this.#held && this.#unanswered < MOST_UNANSWERED ? this.#statements : undefined;
  }

  async #query<Row extends QueryResultRow>(query: QueryConfig) {
    const client = this.#client!;
    const timed = { ...query, query_timeout: this.#options.answerMs ?? ANSWER_MS };
    this.#unanswered += 1;
    try {
      return await client.query<Row>(timed);
    } catch (error) {
      if (!isOpen(client)) this.#lost(client, error as Error);
      throw error;
    } finally {
      if (this.#client === client) this.#unanswered -= 1;
    }
  }

  open(): Promise<void> {
    this.#opening = this.#attempt();
    return this.#opening;
  }

  async #attempt(): Promise<void> {
    const { lockKey } = this.#options;
    const client = connectionOf(this.#options);
    this.#client = client;
    this.#broken = undefined;
    this.#unanswered = 0;
    // Without a listener, a connection that breaks would end the process.
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('the session ended')));
    try {
      await client.connect();
      await client.query(END_EARLIER, [lockKey]);
      await client.query(LOOK_FOR_CLIENT).catch(() => undefined);
      await takeLock(client, lockKey);
      if (this.#closed) throw new Error('the session was closed meanwhile');
      if (this.#broken) throw this.#broken;
      this.#held = true;
    } catch (error) {
      await close(client);
      throw error;
    }
  }

  #lost(client: Client, error: Error): void {
    if (this.#closed || this.#client !== client) return;
    this.#broken ??= error; // which ends the attempt under way, if it is not held yet
    if (!this.#held) return;
    this.#held = false;
    destroy(client);
    this.#options.onLost(error);
    this.#reopen();
  }

  #reopen(failures = 0): void {
    if (this.#closed) return;
    const { retryMs } = this.#options;
    const waitMs = backoffMs({ firstMs: retryMs, maxMs: LONGEST_RETRY * retryMs }, failures);
    this.#retry = setTimeout(() => {
      this.#opening = this.#attempt().catch(() => this.#reopen(failures + 1));
    }, waitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    if (this.#held) await close(this.#client!);
    else destroy(this.#client!); // which ends the attempt under way
    await this.#opening;
  }
}

const connectionOf = ({ url, applicationName, answerMs, lockTimeoutMs }: OwnerSessionOptions) =>
  new Client({
    connectionString: url,
    application_name: applicationName,
    pipeline: true, // a heartbeat does not wait for the answer to the one before
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 1_000,
    options: `${SERVER_KEEPALIVES} ${SESSION_OPTIONS}`,
    ...(answerMs !== undefined && { statement_timeout: answerMs }),
    ...(lockTimeoutMs !== undefined && { lock_timeout: lockTimeoutMs }),
  });

/**
 * Where only our half of the last connection is gone, its backend lives on with the lock. It is known by both: the key
 * is this process's alone, and so is the name. What is not ours stays.
 */
const END_EARLIER = `
select pg_terminate_backend(earlier.pid, ${ENDS_MS})
from pg_locks as lock join pg_stat_activity as earlier on earlier.pid = lock.pid
where ${isSessionLock('$1')} and earlier.application_name = current_setting('application_name')
  and earlier.usename = session_user and earlier.pid <> pg_backend_pid()`;

/**
 * Never waits: a backend that waits for a lock does not see that its client has given up. A server that only reads grants
 * the lock as well; those who ask for it are at another one by then.
 */
async function takeLock(client: Client, lockKey: number): Promise<void> {
  const text = `select ${TAKES_WRITES} as writable, pg_try_advisory_lock($1, $2) as taken`;
  const { rows } = await client.query<{ writable: boolean; taken: boolean }>(text, [
    SESSION_LOCK_SPACE,
    lockKey,
  ]);
  if (!rows[0]!.writable) throw new Error('PostgreSQL takes no writes');
  if (!rows[0]!.taken) throw new Error('another session has the lock of this process');
}

/** The end of a silent connection never comes: after a moment it is cut. */
async function close(client: Client): Promise<void> {
  await settlesWithin(client.end(), CLOSE_MS);
  destroy(client);
}

const destroy = (client: Client) => client.connection.stream.destroy();
/** What is sent to it may reach the server; a client that has lost its connection refuses every query. */
const isOpen = (client: Client) => client.connection.stream.writable;
