/*
 * The servers of a stack. Owns: which of them are ours, how those start and stop, and the addresses of all.
 */
import { openIssuer } from '#shared/adapters/bus/subscribers/issuer.ts';
import type { StopLadder } from '#shared/platform/process/child.ts';
import { startNats } from '../local/nats.ts';
import { servicesUrl } from '../local/postgres/services-url.ts';
import { startPostgres } from '../local/postgres.ts';
import type { ServerProcess } from '../local/process/server-process.ts';
import type { LogFormat } from './echo.ts';
import type { Home } from './home/home.ts';
import type { Secrets } from './home/secrets.ts';
import { createKeeper, type Keeper, type Watch } from './keeper.ts';
import type { Running } from './kept-process.ts';
import type { DatabaseUrls } from './prepare.ts';

export interface ServersOptions {
  home: Home;
  secrets: Secrets;
  /** The secrets are new: data that is older has another password. */
  secretsWereLost: boolean;
  /** Used instead of a server of our own. */
  external: { database?: string | undefined; session?: string | undefined; nats?: string | undefined };
  /** The archive that a new cluster is copied from. */
  databaseTemplate: string | undefined;
  /** The program, unless NATS is external. */
  natsServer: string | undefined;
}

/** Gets each line of each process. */
export type LogLine = (name: string, format: LogFormat, line: string) => void;

/** Empty until the server that is there has started for the first time. */
export interface ServerUrls extends DatabaseUrls {
  nats: string;
  /** The URL of NATS for readers that may see all events. */
  reader: string;
}

export interface Servers {
  postgres: Keeper[];
  nats: Keeper[];
  urls: Readonly<ServerUrls>;
}

export const createServers = (options: ServersOptions, log: LogLine, watch: Watch): Servers => {
  const { database, session, nats } = options.external;
  const urls = { database: database ?? '', session, setup: undefined, nats: nats ?? '', reader: nats ?? '' };
  return {
    postgres: database ? [] : [ownPostgres(options, urls, log, watch)],
    nats: options.natsServer && !nats ? [ownNats(options, options.natsServer, urls, log, watch)] : [],
    urls,
  };
};

const KILL_MS = 800;

const ownPostgres = (options: ServersOptions, urls: ServerUrls, log: LogLine, watch: Watch): Keeper => {
  const { home, secrets, secretsWereLost } = options;
  const start = async (port: number | undefined) => {
    const server = await startPostgres({
      dataDir: home.postgres,
      template: options.databaseTemplate,
      password: secrets.databasePassword,
      resetPassword: secretsWereLost && port === undefined,
      log: (line) => log('postgres', 'postgres', line),
      ...(port !== undefined && { port }),
    });
    urls.setup = server.url;
    urls.database = servicesUrl(server.url, secrets.servicesPassword);
    return server;
  };
  return serverKeeper('postgres', start, watch, (withinMs) =>
    // SIGKILL would leave its backends running until they notice.
    [...(withinMs === undefined ? [] : [['SIGINT', withinMs] as const]), ['SIGQUIT', KILL_MS]],
  );
};

const ownNats = (
  { home, secrets }: ServersOptions,
  binary: string,
  urls: ServerUrls,
  log: LogLine,
  watch: Watch,
): Keeper => {
  const start = async (port: number | undefined) => {
    const server = await startNats({
      binary,
      storeDir: home.nats,
      credentials: { service: secrets.natsService, reader: secrets.natsReader },
      issuer: openIssuer(secrets.natsIssuerSeed).publicKey,
      log: (line) => log('nats', 'nats', line),
      ...(port !== undefined && { port }),
    });
    urls.nats = server.serviceUrl;
    urls.reader = server.readerUrl;
    return server;
  };
  return serverKeeper('nats', start, watch, (withinMs) =>
    withinMs === undefined ? [] : [['SIGTERM', withinMs]],
  );
};

/**
 * Keeps a server alive; after the first start always on the port it then got. `ladder` says how it ends within so many
 * ms, or at once if they are left out.
 */
const serverKeeper = (
  name: string,
  start: (port: number | undefined) => Promise<ServerProcess & { port: number }>,
  watch: Watch,
  ladder: (withinMs?: number) => StopLadder,
): Keeper => {
  let port: number | undefined;
  const startRunning = async (): Promise<Running> => {
    const server = await start(port);
    port = server.port;
    return {
      pid: server.pid,
      exited: server.exited,
      stop: async (withinMs) => void (await server.stop(ladder(withinMs))),
      kill: () => void server.stop(ladder()),
    };
  };
  return createKeeper({ name, start: startRunning, ...watch });
};
