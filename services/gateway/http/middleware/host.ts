import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { Middleware } from 'koa';
import type { GatewayState } from '../call.ts';
import { RequestError } from '../errors.ts';

/** Probes say nothing of anybody, and orchestrators name them as they like. */
const PROBES = new Set(['/health', '/ready']);

/**
 * Lets a request in only by a name that is ours. A stranger's page can make its own name mean our address (DNS
 * rebinding) and would then be of our origin: the name that it was called by gives it away.
 */
export function knownHosts(publicUrls: readonly string[]): Middleware<GatewayState> {
  const isOurs = createIsOurs(publicUrls);
  return async (ctx, next) => {
    if (!PROBES.has(ctx.path) && !isOurs(ctx.req.headers.host)) throw new RequestError('unknown_host');
    await next();
  };
}

/**
 * Ours are the hosts of the public URLs, the names of loopback and of this machine, and every IP address: no name is
 * looked up for it, so none can be bent. Ports do not count, as proxies and containers change them.
 */
function createIsOurs(publicUrls: readonly string[]): (host: string | undefined) => boolean {
  const names = new Set([
    'localhost',
    hostname().toLowerCase(),
    ...publicUrls.map((url) => new URL(url).hostname),
  ]);
  return (host) => {
    if (host === undefined) return true; // HTTP/1.0, which no browser speaks
    const name = nameIn(host);
    return names.has(name) || name.endsWith('.localhost') || isIP(name) !== 0;
  };
}

/** As URLs spell it, without port, brackets and the dot at the end; '' for what is no host. */
function nameIn(host: string): string {
  const url = /^[^/?#@\\\s]+$/.test(host) ? URL.parse(`http://${host}`) : null;
  return url ? url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '') : '';
}
