import type { IncomingMessage } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import type { GatewayContext } from './call.ts';
import { RequestError } from './errors.ts';

const LIMIT_BYTES = 1024 * 1024;
/** How much of a refused body is still taken in, so that its sender gets to read the answer. */
const DRAIN_BYTES = 16 * LIMIT_BYTES;
const DRAIN_MS = 5_000;

const parse = bodyParser({
  enableTypes: ['json'],
  // Clients do not all say what they send; whatever comes has to be JSON.
  detectJSON: () => true,
  jsonLimit: LIMIT_BYTES,
});

/** Nothing in the contract is nested deeper than a few levels; what is walks itself into a full stack. */
const DEEPEST = 200;

/** The JSON that was sent; `{}` if nothing was. */
export async function readJson(ctx: GatewayContext): Promise<unknown> {
  try {
    await parse(ctx, async () => undefined);
    if (!isBearable(ctx.request.body)) throw new RequestError('invalid_json');
    return ctx.request.body;
  } catch (cause) {
    const status = cause instanceof Error && 'status' in cause ? cause.status : undefined;
    if (status === 413) {
      await drain(ctx.req);
      ctx.set('Connection', 'close');
      throw new RequestError('body_too_large');
    }
    throw new RequestError(status === 415 ? 'unsupported_encoding' : 'invalid_json');
  }
}

/** Whether it can be walked, and compared: an object with a `toString` of its own throws where a number is expected. */
function isBearable(body: unknown): boolean {
  let level = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return false;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (Object.hasOwn(value, 'toString')) return false;
      for (const inner of Object.values(value)) next.push(inner);
    }
    level = next;
  }
  return true;
}

/** Ends by itself when the sender is done or gone, or has sent or taken too much. */
async function drain(request: IncomingMessage): Promise<void> {
  request.unpipe();
  let bytes = 0;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS);
    const done = () => {
      clearTimeout(timer);
      request.off('data', count);
      resolve();
    };
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > DRAIN_BYTES) done();
    };
    if (request.destroyed || request.readableEnded) return done();
    request.on('data', count).once('end', done).once('close', done).once('error', done);
    request.resume();
  });
}
