import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { Middleware } from 'koa';
import type { GatewayState } from '../call.ts';
import { RequestError } from '../errors.ts';

/** Probes reveal nothing about users, and orchestrators send arbitrary `Host` headers. */
const PROBES = new Set(['/health', '/ready']);

/**
 * Accepts only requests whose `Host` is ours. With DNS rebinding, a hostile page resolves its own name to our address
 * and so gets our origin; the `Host` header still carries that name.
 */
export function knownHosts(publicUrls: readonly string[]): Middleware<GatewayState> {
  const isOurs = createIsOurs(publicUrls);
  return async (ctx, next) => {
    if (!PROBES.has(ctx.path) && !isOurs(ctx.req.headers.host)) throw new RequestError('unknown_host');
    await next();
  };
}

/**
 * Accepted are the hosts of the public URLs, the names of loopback and of this machine, and every IP address, which
 * cannot be rebound. Ports are ignored, as proxies and containers change them.
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

/** Normalised as in URLs, without port, brackets and trailing dot; '' if invalid. */
function nameIn(host: string): string {
  const url = /^[^/?#@\\\s]+$/.test(host) ? URL.parse(`http://${host}`) : null;
  return url ? url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '') : '';
}
