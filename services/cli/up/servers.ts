import { type Nats, type StartNats, startNats } from '../local/nats.ts';
import { type Postgres, type StartPostgres, startPostgres } from '../local/postgres.ts';
import type { Running } from './keeper.ts';

const KILL_MS = 800;

/** Starts PostgreSQL for a keeper; after the first start always on the port it then got. */
export const postgresStarter = (options: StartPostgres, onStarted: (server: Postgres) => void) => {
  let { port } = options;
  return async (): Promise<Running> => {
    const server = await startPostgres(
      port === undefined ? options : { ...options, port, resetPassword: false },
    );
    port = server.port;
    onStarted(server);
    return {
      pid: server.pid,
      exited: server.exited,
      stop: async (withinMs) => {
        await server.stop([
          ['SIGINT', withinMs],
          ['SIGQUIT', KILL_MS],
        ]);
      },
      // SIGKILL would leave its backends running until they notice.
      kill: () => void server.stop([['SIGQUIT', KILL_MS]]),
    };
  };
};

/** Starts nats-server for a keeper; after the first start always on the port it then got. */
export const natsStarter = (options: StartNats, onStarted: (server: Nats) => void) => {
  let { port } = options;
  return async (): Promise<Running> => {
    const server = await startNats(port === undefined ? options : { ...options, port });
    port = server.port;
    onStarted(server);
    return {
      pid: server.pid,
      exited: server.exited,
      stop: async (withinMs) => {
        await server.stop([['SIGTERM', withinMs]]);
      },
      kill: () => void server.stop([]),
    };
  };
};
