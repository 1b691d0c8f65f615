import { constants } from 'node:zlib';
import type { Middleware } from 'koa';
import compress from 'koa-compress';
import type { GatewayState } from '../call.ts';

/** Smaller answers gain less than a packet, bytes. */
const THRESHOLD = 1_024;

/**
 * Compresses texts in the answers to reads, on zlib's own threads (I13). Left alone: pictures and videos, parts of files,
 * event streams (which write their own response), and answers to POST, PUT, PATCH and DELETE. Those may contain tokens,
 * keys and webhook secrets, and the length of a compressed answer can reveal a secret to whoever chooses other parts of it
 * (BREACH).
 */
export function compressed(): Middleware<GatewayState> {
  const compressing = compress({
    threshold: THRESHOLD,
    br: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    gzip: { level: 6 },
    deflate: false,
    zstd: false,
  }) as Middleware<GatewayState>;
  return (ctx, next) => (ctx.method === 'GET' || ctx.method === 'HEAD' ? compressing(ctx, next) : next());
}
