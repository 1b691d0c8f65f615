import type { ConnectionOptions } from 'nats';
import { framesUserOf } from './accounts.ts';

const urlsIn = (url: string): URL[] => url.split(',').map((server) => new URL(server.trim()));

/** `host:port` of each server in `NATS_URL`. */
export const serversOf = (url: string): string[] => urlsIn(url).map(({ host }) => host);

/** The same servers, for the user that has the pictures of pages; without users there is but one account. */
export const framesUrlOf = (url: string): string =>
  urlsIn(url)
    .map((server) => {
      if (server.username !== '') server.username = framesUserOf(server.username);
      return server.href;
    })
    .join(',');

/** `url` may name several servers of a cluster, separated by commas; the user and password of the first are used. */
export function natsOptions(
  { url, name }: { url: string; name: string },
  reconnectDelayHandler: () => number,
): ConnectionOptions {
  const { username, password } = urlsIn(url)[0]!;
  return {
    servers: serversOf(url),
    ...(username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    name,
    // Not the default inbox: subscribers, who may only read events, must not receive our replies.
    inboxPrefix: '_GHOSTLY_INBOX',
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    // A server that is being set up may refuse us for a while; without this the client would give up for good.
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler,
    // Else each request and publication would take a stack trace, in case it fails.
    noAsyncTraces: true,
    pingInterval: 5_000,
    maxPingOut: 2,
  };
}
