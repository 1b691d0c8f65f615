import type { Middleware } from 'koa';
import type { GatewayState } from '../call.ts';

const ALLOWED_HEADERS =
  'Authorization, Content-Type, X-Api-Key, Accept, Accept-Language, Last-Event-ID, Idempotency-Key, If-Match, If-None-Match, Range, X-Request-Id, traceparent';
const EXPOSED_HEADERS =
  'X-Request-Id, ETag, Link, Retry-After, Idempotent-Replayed, Accept-Ranges, Content-Range';
const ALLOWED_METHODS = 'GET, POST, PUT, PATCH, DELETE';

/** Allows pages of the listed origins to call. Credentials are sent in headers, never in cookies, so CORS credentials stay off. */
export const cors =
  (origins: readonly string[]): Middleware<GatewayState> =>
  async (ctx, next) => {
    if (origins.length === 0) return next();
    ctx.vary('Origin');
    const origin = ctx.get('Origin');
    if (!origins.includes('*') && !origins.includes(origin)) return next();
    ctx.set('Access-Control-Allow-Origin', origins.includes('*') ? '*' : origin);
    ctx.set('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    if (ctx.method !== 'OPTIONS' || !ctx.get('Access-Control-Request-Method')) return next();
    ctx.set({
      'Access-Control-Allow-Methods': ALLOWED_METHODS,
      'Access-Control-Allow-Headers': ALLOWED_HEADERS,
      'Access-Control-Max-Age': '600',
    });
    ctx.status = 204;
  };
