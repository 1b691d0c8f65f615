import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Log } from '#shared/platform/log/log.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { ANSWER_TOKEN } from '#shared/platform/seal/answer-links.ts';
import { noSpan } from '#shared/platform/traces/spans.ts';
import type { GatewayContext, GatewayState } from '../call.ts';
import { languageOf } from '../language.ts';
import { endOfRequest } from '../request-span.ts';

/** Frequent probes, logged at debug level only. */
const QUIET = new Set(['/health', '/ready']);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const LONGEST_PATH = 200;
/** Tokens of answer links, whole or cut off. */
const TOKENS = new RegExp(`(?<=/answers/)[^/]+|${ANSWER_TOKEN.source}`, 'gi');
/** A caller's request id that is safe in a log and a header. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;

/**
 * Gives every request an id (its `X-Request-Id`, if valid), a language and a logger, and logs one line when it is over,
 * without the query string (I10).
 */
export const request =
  (log: Log): Middleware<GatewayState> =>
  async (ctx, next) => {
    const given = ctx.get('X-Request-Id');
    const requestId = REQUEST_ID.test(given) ? given : randomUUID();
    const start = performance.now();
    ctx.state.requestId = requestId;
    ctx.state.arrivedAt = start;
    ctx.state.language = languageOf(ctx.get('Accept-Language'));
    ctx.state.span = noSpan(undefined);
    ctx.state.log = log.child({ requestId });
    ctx.set('X-Request-Id', requestId);
    ctx.res.once('close', () => {
      const { userId, keyId } = ctx.state.actor ?? {};
      const line = {
        method: ctx.method,
        path: ctx.path.slice(0, LONGEST_PATH).replace(TOKENS, '[REDACTED]'),
        status: ctx.res.statusCode,
        ms: Math.round(performance.now() - start),
        ...(userId !== undefined && { userId }),
        ...(keyId !== undefined && { keyId }),
        ...(!ctx.res.writableFinished && { aborted: true }),
      };
      measure(ctx, performance.now() - start);
      ctx.state.log[QUIET.has(ctx.path) ? 'debug' : 'info'](line, 'request');
    });
    await next();
  };

/** A stream lasts as long as its reader likes. */
function measure({ method, res, state: { endpoint, span } }: GatewayContext, ms: number): void {
  const attributes = {
    'http.request.method': METHODS.has(method) ? method : '_OTHER',
    'http.route': endpoint?.path ?? '',
    'http.response.status_code': res.statusCode,
  };
  endOfRequest(span, attributes);
  if (endpoint?.raw !== 'stream') METRICS.requests.record(ms, attributes);
}
