import { once } from 'node:events';
import { connect as connectTcp, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Target } from './target.ts';

/** The operator's own proxies, from the usual environment variables. */
export interface OuterProxies {
  http: string | undefined;
  https: string | undefined;
  /** Hosts and suffixes to connect to directly, separated by commas; `*` means all. */
  not: string | undefined;
}

/** Proxies of the environment, in small or capital letters. */
export const outerProxiesOf = (env: Readonly<Record<string, string | undefined>>): OuterProxies => ({
  http: env.http_proxy || env.HTTP_PROXY,
  https: env.https_proxy || env.HTTPS_PROXY,
  not: env.no_proxy || env.NO_PROXY,
});

const LONGEST_HEAD = 16_384;

/** The proxy for `target`; undefined to connect directly. */
export function outerProxyFor({ http, https, not }: OuterProxies, target: Target): URL | undefined {
  const text = target.port === 443 ? (https ?? http) : http;
  if (!text || isExcepted(target, not ?? '')) return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

function isExcepted({ host, port }: Target, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((item) => {
      if (item === '*') return true;
      const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(item.toLowerCase()) ?? [];
      if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
      const bare = name.replace(/^\*?\./, '');
      return host === bare || host.endsWith(`.${bare}`);
    });
}

/** A connection to `target` through `proxy`. @throws Error when the proxy refuses */
export async function connectThrough(proxy: URL, target: Target, signal: AbortSignal): Promise<Socket> {
  const isTls = proxy.protocol === 'https:';
  const host = proxy.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(proxy.port) || (isTls ? 443 : 80);
  const socket = isTls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
  socket.on('error', () => undefined); // `once` below hears of it; later ones are handled by `pipeBoth`
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect', { signal });
    socket.write(request(proxy, target));
    const status = await readStatus(socket, signal);
    if (status !== 200) throw new Error(`the outer proxy answered ${status}`);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function request(proxy: URL, { host, port }: Target): string {
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const signIn =
    user === ':' ? '' : `Proxy-Authorization: Basic ${Buffer.from(user, 'utf8').toString('base64')}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${signIn}\r\n`;
}

/** Reads the head of its response and nothing after it. */
async function readStatus(socket: Socket, signal: AbortSignal): Promise<number> {
  let head = '';
  while (!head.endsWith('\r\n\r\n')) {
    const byte: unknown = socket.read(1);
    if (Buffer.isBuffer(byte)) head += byte.toString('latin1');
    else if (socket.readableEnded || socket.destroyed)
      throw new Error('the outer proxy closed the connection');
    else await once(socket, 'readable', { signal });
    if (head.length > LONGEST_HEAD) throw new Error('the outer proxy does not speak HTTP');
  }
  return Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1]);
}
