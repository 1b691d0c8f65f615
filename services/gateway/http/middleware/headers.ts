import type { Middleware } from 'koa';
import type { GatewayState } from '../call.ts';

/** Answers are data: never executed, framed, sniffed or, unless they say otherwise, cached; and no referrer leaks a `?token=`. */
export const securityHeaders = (): Middleware<GatewayState> => (ctx, next) => {
  ctx.set({
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
  });
  return next();
};
