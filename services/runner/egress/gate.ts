/*
 * The proxy's end of one browser: a port on 127.0.0.1 that only this browser's user may use. Owns its connections,
 * and remembers why some failed. Keeps I15.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { plainName } from '#shared/adapters/egress/names.ts';
import {
  type ConnectFailure,
  connectOut,
  NotConnected,
  type OutgoingOptions,
} from '#shared/adapters/egress/outgoing.ts';
import { RecentMap } from '#shared/platform/async/recent-map.ts';
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
  const failures: Failures = new RecentMap({ most: MOST_FAILURES, since: 'set' });
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => undefined); // `close` follows
    if (sockets.size > MOST_CONNECTIONS) client.destroy();
    else void serve(client, port, options, failures).catch(() => client.destroy());
  });
  server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  await once(server, 'listening');
  server.on('error', () => undefined); // a connection could not be accepted
  const { port } = server.address() as AddressInfo;

  return {
    port,
    why: (host, port) => failures.get(nameOf(host, port)),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function serve(
  client: Socket,
  toPort: number,
  options: GateOptions,
  failures: Failures,
): Promise<void> {
  if (!(await options.isBrowser(client.remotePort ?? 0, toPort))) {
    client.destroy();
    return;
  }
  const target = await readTarget(client);
  try {
    const outgoing = await connectOut(target, options);
    failures.delete(nameOf(target.host, target.port));
    if (client.destroyed) {
      outgoing.destroy();
      return;
    }
    reply(client, REPLY.succeeded);
    pipeBoth(client, outgoing);
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    failures.set(nameOf(target.host, target.port), error.failure);
    // Whatever the reason: Chromium takes this reply as final, and retries after others.
    reply(client, REPLY.unreachable);
    client.end();
  }
}

/** Why the last connection to a host and port failed, of the last of them that did. */
type Failures = RecentMap<string, ConnectFailure>;
const nameOf = (host: string, port: number) => `${plainName(host)} ${port}`;

/** Passes bytes both ways until either side is done; each waits for the other's reader, so that no data is buffered here. */
function pipeBoth(one: Socket, other: Socket): void {
  join(one, other);
  join(other, one);
  one.pipe(other);
  other.pipe(one);
}

function join(from: Socket, to: Socket): void {
  from.on('error', () => {
    // The other end should see a reset, not a regular end.
    if (!to.destroyed) to.resetAndDestroy();
  });
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}
