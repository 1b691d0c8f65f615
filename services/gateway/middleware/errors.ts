import type { Middleware } from 'koa';
import { ERRORS, type ErrorBody } from '#shared/contract/errors.ts';
import { errorText } from '#shared/contract/language.ts';
import type { GatewayState } from '../call.ts';
import { toRequestError } from '../errors.ts';

/** Turns whatever is thrown into the contract's error body. An unexpected one is logged with the request's id. */
export const errors = (): Middleware<GatewayState> => async (ctx, next) => {
  try {
    await next();
  } catch (thrown) {
    const { code, details, missing } = toRequestError(thrown);
    const { language, requestId, log } = ctx.state;
    if (code === 'internal') log.error({ err: thrown }, 'unexpected error');
    if (code === 'database_unavailable') log.warn({ err: thrown }, 'database out of reach');
    // A stream that has begun cannot turn into an error any more.
    if (ctx.headerSent) return void ctx.res.destroy();
    const body: ErrorBody = {
      ok: false,
      error: errorText(code, language),
      ...(details && { details }),
      ...(code === 'internal' && { requestId }),
      ...(missing && { missing }),
    };
    ctx.status = ERRORS[code].status;
    ctx.body = body;
  }
};
