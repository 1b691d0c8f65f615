/*
 * The proxy's end of one browser: a port on 127.0.0.1 that only this browser's user may use. Owns its connections,
 * and remembers why some failed. Keeps I15.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { plainName } from './names.ts';
import { connectOut, NotConnected, type OutgoingOptions } from './outgoing.ts';
import { pipeBoth } from './pipe-both.ts';
import type { ConnectFailure } from './protocol.ts';
import { REPLY, readTarget, reply } from './socks.ts';

export interface Gate {
  readonly port: number;
  /** Why the last connection to this host and port failed, if it did. */
  why(host: string, port: number): ConnectFailure | undefined;
  close(): void;
}

export interface GateOptions extends OutgoingOptions {
  /** Whether the process that connected from `port` is the browser. */
  isBrowser(port: number, toPort: number): Promise<boolean>;
  /** Any free port if left out. */
  port: number | undefined;
}

const MOST_CONNECTIONS = 2_000;
const MOST_FAILURES = 500;

export async function openGate(options: GateOptions): Promise<Gate> {
  const failures = new Map<string, ConnectFailure>();
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => undefined); // `close` follows
    if (sockets.size > MOST_CONNECTIONS) client.destroy();
    else void serve(client).catch(() => client.destroy());
  });
  server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  await once(server, 'listening');
  server.on('error', () => undefined); // a connection could not be accepted
  const { port } = server.address() as AddressInfo;

  async function serve(client: Socket): Promise<void> {
    if (!(await options.isBrowser(client.remotePort ?? 0, port))) {
      client.destroy();
      return;
    }
    const target = await readTarget(client);
    const name = nameOf(target.host, target.port);
    try {
      const outgoing = await connectOut(target, options);
      failures.delete(name);
      if (client.destroyed) {
        outgoing.destroy();
        return;
      }
      reply(client, REPLY.succeeded);
      pipeBoth(client, outgoing);
    } catch (error) {
      if (!(error instanceof NotConnected)) throw error;
      remember(name, error.failure);
      // Whatever the reason: Chromium takes this reply as final, and retries after others.
      reply(client, REPLY.unreachable);
      client.end();
    }
  }

  function remember(name: string, failure: ConnectFailure): void {
    failures.delete(name);
    failures.set(name, failure);
    if (failures.size > MOST_FAILURES) failures.delete(failures.keys().next().value as string);
  }

  return {
    port,
    why: (host, targetPort) => failures.get(nameOf(host, targetPort)),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const nameOf = (host: string, port: number) => `${plainName(host)} ${port}`;
