import type { Middleware } from 'koa';
import type { ErrorBody } from '#shared/api/contract/errors/error-body.ts';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import { PROBLEM_TYPE } from '#shared/api/contract/errors/problem-type.ts';
import type { GatewayState } from '../call.ts';
import { toRequestError } from '../errors.ts';
import { textOfError } from '../language.ts';
import { problemOf } from '../problem.ts';

/**
 * Turns any thrown error into the contract's error body, or into a problem (RFC 9457) if the client accepts that. An
 * unexpected error is logged with the request id.
 */
export const errors = (): Middleware<GatewayState> => async (ctx, next) => {
  try {
    await next();
  } catch (thrown) {
    const { code, details, outages, answered, retryAfterS } = toRequestError(thrown);
    const { language, requestId, log } = ctx.state;
    if (code === 'internal') log.error({ err: thrown }, 'unexpected error');
    if (code === 'database_unavailable') log.warn({ err: thrown }, 'database out of reach');
    // A stream that has begun can no longer turn into an error.
    if (ctx.headerSent) return void ctx.res.destroy();
    const body: ErrorBody = {
      ok: false,
      error: textOfError(code, language),
      ...(details && { details }),
      ...(code === 'internal' && { requestId }),
      ...(answered && { answered }),
      ...(outages && { missing: outages.map(({ name }) => name), outages }),
    };
    ctx.status = ERRORS[code].status;
    if (retryAfterS !== undefined) ctx.set('Retry-After', String(retryAfterS));
    // Only if the client prefers it: existing clients read the default body.
    const asProblem = ctx.accepts('application/json', PROBLEM_TYPE) === PROBLEM_TYPE;
    ctx.body = asProblem ? problemOf(code, body, ctx.path) : body;
    if (asProblem) ctx.type = PROBLEM_TYPE;
  }
};
