import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Middleware } from 'koa';
import compress from 'koa-compress';
import type { GatewayContext, GatewayState } from '../call.ts';
import { encodingOf } from '../encoding.ts';

/** Smaller answers gain less than a packet, bytes. */
const THRESHOLD = 1_024;
/** Up to here an answer is compressed at once, in less than a tenth of a millisecond: a stream and zlib's threads cost ten times that. */
const SMALL = 16 * 1_024;

/** A small text gains a tenth of its packed size from more, for three times the time. */
const BROTLI_SMALL = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 16 },
};
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const GZIP = { level: 6 };

/**
 * Compresses texts in the answers to reads, large ones on zlib's own threads (I13). Answers to changes are left
 * alone: they may hold tokens, keys and webhook secrets, which the length of a compressed answer can reveal (BREACH).
 */
export function compressed(): Middleware<GatewayState> {
  const compressing = compress({
    threshold: THRESHOLD,
    br: BROTLI,
    gzip: GZIP,
    deflate: false,
    zstd: false,
  }) as Middleware<GatewayState>;
  return (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    return compressing(ctx, async () => {
      await next();
      compressSmall(ctx);
    });
  };
}

/** A small JSON text, whose type and length are known before it is sent. */
function compressSmall(ctx: GatewayContext): void {
  const { body } = ctx;
  if (typeof body !== 'string' || ctx.method !== 'GET' || ctx.response.is('json') === false) return;
  if (body.length < THRESHOLD || body.length > SMALL || ctx.response.get('Content-Encoding')) return;
  const encoding = encodingOf(ctx);
  if (encoding === undefined) return;
  const { type } = ctx.response;
  ctx.body = encoding === 'br' ? brotliCompressSync(body, BROTLI_SMALL) : gzipSync(body, GZIP);
  ctx.type = type;
  ctx.set('Content-Encoding', encoding);
}
