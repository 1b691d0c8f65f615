import type { ConnectionOptions } from 'nats';

const urlsIn = (url: string): URL[] => url.split(',').map((server) => new URL(server.trim()));

/** `host:port` of each server in `NATS_URL`. */
export const serversOf = (url: string): string[] => urlsIn(url).map(({ host }) => host);

/** `url` may name several servers of a cluster, separated by commas; the first one's user and password count. */
export function connectionOptions({ url, name }: { url: string; name: string }): ConnectionOptions {
  const { username, password } = urlsIn(url)[0]!;
  return {
    servers: serversOf(url),
    ...(username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    name,
    // Not the inbox of everybody: whoever may only read events must not overhear our answers.
    inboxPrefix: '_GHOSTLY_INBOX',
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    // A server that is being set up may refuse us for a while; the client would give up for good.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 150,
    reconnectJitter: 50,
    pingInterval: 5_000,
    maxPingOut: 2,
  };
}
