/*
 * One embedded PostgreSQL.
 * Owns: the data folder (made on first use) and the postmaster.
 * Does not own: the password's storage, restarts, schema and migrations.
 * Keeps I10: the password is in no file, argument or log line.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isLocalError, LocalError } from '#shared/adapters/binaries/errors.ts';
import type { Exit, StopLadder } from '../process/child.ts';
import { freePort } from '../process/free-port.ts';
import { type ServerProcess, startServerProcess } from '../process/server-process.ts';
import { randomSecret } from '../secret.ts';
import { DATABASE, initialise, isInitialised, replacePassword, SERVER_ENV, SUPERUSER } from './initialise.ts';
import { POSTGRES_STOP, removeForeignLock } from './leftover.ts';
import { type PlacementOptions, type PostgresPlacement, placePostgres } from './placement.ts';
import { postgresArguments, saysReady, startFailure } from './settings.ts';

export type StartPostgres = PlacementOptions & {
  /** Any free port if left out. */
  port?: number;
  /** The superuser's. Made up for a fresh data folder, needed for one that exists. */
  password?: string;
  /** The data's password was lost: it is replaced by `password`. */
  resetPassword?: boolean;
  /** A stopped cluster that a fresh data folder is a copy of. */
  template?: string | undefined;
  /** False: nothing is synced to disk (tests). */
  durable?: boolean;
  /** 200 if left out. */
  maxConnections?: number;
  /** Gets each line the server writes. */
  log?: (line: string) => void;
};

export interface Postgres {
  /** The URL of the database `ghostly`, with user and password of a superuser. */
  url: string;
  port: number;
  pid: number;
  /** Where the data really is. */
  dataDir: string;
  exited: Promise<Exit>;
  stop(ladder?: StopLadder): Promise<Exit>;
}

const READY_WITHIN_MS = 60_000;
const LOCK_RETRY_MS = 250;
const LOCKED_AT_MOST_MS = 10_000;
const PORT_TRIES = 5;

const startOnce = (
  placement: PostgresPlacement,
  port: number,
  options: StartPostgres,
): Promise<ServerProcess> =>
  startServerProcess({
    name: 'PostgreSQL',
    ...placement.command(
      'postgres',
      postgresArguments(placement.dataDir, {
        port,
        durable: options.durable ?? true,
        maxConnections: options.maxConnections,
      }),
    ),
    env: SERVER_ENV,
    log: options.log ?? (() => {}),
    isReady: saysReady,
    readyWithinMs: READY_WITHIN_MS,
    stopLadder: POSTGRES_STOP,
  });

const startPatiently = async (placement: PostgresPlacement, options: StartPostgres) => {
  const giveUpAt = performance.now() + LOCKED_AT_MOST_MS;
  for (let tries = 1; ; tries += 1) {
    const port = options.port ?? (await freePort());
    try {
      return { port, server: await startOnce(placement, port, options) };
    } catch (error) {
      if (!isLocalError(error, 'server_start_failed')) throw error;
      const failure = startFailure(error.message);
      if (failure === 'port_busy') {
        if (options.port !== undefined || tries >= PORT_TRIES) {
          throw new LocalError('port_busy', `PostgreSQL: port ${port} is in use`, { cause: error });
        }
      } else if (failure === 'locked' && performance.now() < giveUpAt) {
        await delay(LOCK_RETRY_MS);
        await removeForeignLock(placement.dataDir);
      } else throw error;
    }
  }
};

/** Starts PostgreSQL on 127.0.0.1, making its data folder first if need be. @throws LocalError */
export const startPostgres = async (options: StartPostgres): Promise<Postgres> => {
  const placement = await placePostgres(options);
  const fresh = !isInitialised(placement.dataDir);
  if (!fresh && options.password === undefined) {
    throw new LocalError(
      'data_without_password',
      `PostgreSQL: ${placement.dataDir} exists, but its password was not given`,
    );
  }
  const password = options.password ?? randomSecret();
  const { template, durable = true } = options;
  const { log = () => {} } = options;
  if (fresh) await initialise({ placement, password, template, durable, log });
  else await removeForeignLock(placement.dataDir);
  if (!fresh && options.resetPassword === true) await replacePassword(placement, password);

  const { port, server } = await startPatiently(placement, options);
  return {
    url: `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}`,
    port,
    pid: server.pid,
    dataDir: placement.dataDir,
    exited: server.exited,
    stop: server.stop,
  };
};
