import type { Middleware } from 'koa';
import { ownHosts } from '#shared/platform/http/own-hosts.ts';
import type { GatewayState } from '../call.ts';
import { RequestError } from '../errors.ts';

/** Probes reveal nothing about users, and orchestrators send arbitrary `Host` headers. */
const PROBES = new Set(['/health', '/ready']);

/**
 * Accepts only requests whose `Host` is ours. With DNS rebinding, a hostile page resolves its own name to our address
 * and so gets our origin; the `Host` header still carries that name.
 */
export function knownHosts(publicUrls: readonly string[]): Middleware<GatewayState> {
  const isOurs = ownHosts(publicUrls);
  return async (ctx, next) => {
    if (!PROBES.has(ctx.path) && !isOurs(ctx.req.headers.host)) throw new RequestError('unknown_host');
    await next();
  };
}
