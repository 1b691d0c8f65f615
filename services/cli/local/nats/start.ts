/*
 * One nats-server with JetStream.
 * Owns: the process and its folder (configuration with passwords, 0600; pid file; store).
 * Does not own: streams, restarts.
 * Keeps I11: beside the services' user, a reader can see events but not send commands.
 */
import { resolve } from 'node:path';
import { isLocalError, LocalError } from '#shared/adapters/binaries/errors.ts';
import { writeFileAtomically } from '#shared/platform/files/atomic-file.ts';
import type { Exit, StopLadder } from '../process/child.ts';
import { startServerProcess } from '../process/server-process.ts';
import { configFileOf, type NatsAccess, natsConfig, READER_USER, SERVICE_USER } from './config.ts';
import { NATS_STOP } from './leftover.ts';

export type StartNats = NatsAccess & {
  /** The program, from `findNatsServer`. */
  binary: string;
  storeDir: string;
  /** Any free port if left out. */
  port?: number;
  log?: (line: string) => void;
};

export interface Nats {
  /** The URL for the services, which may do everything. */
  serviceUrl: string;
  /** The URL for readers of all events; needs the reader's password. */
  readerUrl: string;
  port: number;
  pid: number;
  exited: Promise<Exit>;
  stop(ladder?: StopLadder): Promise<Exit>;
}

const READY_WITHIN_MS = 30_000;
const LISTENING = /Listening for client connections on .*:(\d+)$/;

/** Starts nats-server on 127.0.0.1. @throws LocalError */
export const startNats = async (options: StartNats): Promise<Nats> => {
  const dir = resolve(options.storeDir);
  const { port: givenPort, credentials, issuer } = options;
  const config = natsConfig({ port: givenPort, dir, credentials, issuer });
  await writeFileAtomically(configFileOf(dir), config);

  let port = givenPort ?? 0;
  try {
    const server = await startServerProcess({
      name: 'nats-server',
      command: options.binary,
      args: ['-c', configFileOf(dir)],
      env: {},
      log: (line) => {
        const [, listening] = LISTENING.exec(line) ?? [];
        if (listening !== undefined) port = Number(listening);
        options.log?.(line);
      },
      isReady: (line) => line.includes('Server is ready'),
      readyWithinMs: READY_WITHIN_MS,
      stopLadder: NATS_STOP,
    });
    const urlFor = (user: string, password: string) =>
      `nats://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
    return {
      serviceUrl: urlFor(SERVICE_USER, credentials.service),
      readerUrl: urlFor(READER_USER, credentials.reader ?? ''),
      port,
      pid: server.pid,
      exited: server.exited,
      stop: server.stop,
    };
  } catch (error) {
    if (isLocalError(error, 'server_start_failed') && error.message.includes('address already in use')) {
      throw new LocalError('port_busy', `nats-server: port ${givenPort} is in use`, { cause: error });
    }
    throw error;
  }
};
