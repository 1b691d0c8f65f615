import type Router from '@koa/router';
import type { Middleware } from 'koa';
import type { GatewayState } from '../call.ts';
import { RequestError } from '../errors.ts';

/** Requests without a route: an unknown path, or a method that the path does not support. */
export const unmatched =
  (router: Router<GatewayState>): Middleware<GatewayState> =>
  (ctx) => {
    const allowed = new Set(router.match(ctx.path, ctx.method).path.flatMap(({ methods }) => methods));
    if (allowed.size === 0) throw new RequestError('not_found');
    ctx.set('Allow', [...allowed, 'OPTIONS'].join(', '));
    if (ctx.method !== 'OPTIONS') throw new RequestError('method_not_allowed');
    ctx.status = 204;
  };
