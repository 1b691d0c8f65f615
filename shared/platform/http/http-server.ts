import { once } from 'node:events';
import { createServer, type RequestListener, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answerUpgrades, wantsWebSocket } from './upgrade.ts';

export interface HttpServer extends AsyncDisposable {
  /** URL for this machine, without a trailing slash. */
  url: string;
  /** Stops accepting connections, lets open answers finish for `graceMs`, then closes them. */
  close(graceMs?: number): Promise<void>;
}

/**
 * How long a connection is kept for another request, ms: longer than load balancers keep theirs, 60 s as a rule. Who asks on
 * one that is just being closed gets no answer, and a 502 where a balancer has asked.
 */
const KEPT_MS = 75_000;

/** Rejects if the port is in use. `port` 0: any free one. */
export async function startServer(
  listener: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<HttpServer> {
  const server = createServer({ shouldUpgradeCallback: wantsWebSocket, keepAliveTimeout: KEPT_MS }, listener);
  const cutUpgraded = answerUpgrades(server, listener);
  server.on('clientError', refuse);
  server.listen(port, familiesOf(host));
  await once(server, 'listening');

  async function close(graceMs = 0): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    const timer = setTimeout(() => {
      server.closeAllConnections();
      cutUpgraded();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  const url = localUrl(host, server.address() as AddressInfo);
  return { url, close, [Symbol.asyncDispose]: () => close() };
}

/** Node takes no address for both families, or for IPv4 alone where there is no IPv6; `::` would fail there. */
export const familiesOf = (host: string): string | undefined => (host === '::' ? undefined : host);

/** 0.0.0.0 and :: cannot be dialled; use the loopback address of the same family. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export function localUrl(host: string, bound: Pick<AddressInfo, 'address' | 'port'>): string {
  const name = LOOPBACK[bound.address] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${bound.port}`;
}

/** Malformed HTTP gets an error of the contract too, if the socket is still writable. */
function refuse(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const body = JSON.stringify({ ok: false, error: 'bad request' });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
