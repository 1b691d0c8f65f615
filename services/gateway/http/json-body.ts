import type { IncomingMessage } from 'node:http';
import parse from 'co-body';
import { excessOf } from '#shared/platform/http/json-shape.ts';
import type { GatewayContext } from './call.ts';
import { RequestError } from './errors.ts';

const LIMIT_BYTES = 1024 * 1024;
/** How much of a refused body is still read, so that the client receives the answer. */
const DRAIN_BYTES = 16 * LIMIT_BYTES;
const DRAIN_MS = 5_000;

/** The JSON body, whatever its content type; `{}` if it is empty. */
export async function readJsonBody(ctx: GatewayContext): Promise<unknown> {
  const text = await readText(ctx);
  if (text === '') return {};
  const excess = excessOf(text);
  if (excess) throw new RequestError(excess === 'depth' ? 'invalid_json' : 'body_too_large');
  const body = parseJson(text);
  if (!isBearable(body)) throw new RequestError('invalid_json');
  return body;
}

async function readText(ctx: GatewayContext): Promise<string> {
  try {
    return await parse.text(ctx.req, { limit: LIMIT_BYTES, encoding: 'utf-8' });
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError('invalid_json', { cause });
  }
}

/** Whether it is safe to process: an object with its own `toString` throws where a number is expected. */
function isBearable(body: unknown): boolean {
  const level = [body];
  for (const value of level) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, 'toString') || Object.hasOwn(value, '__proto__')) return false;
    for (const inner of Object.values(value)) level.push(inner);
  }
  return true;
}

/** Ends when the sender has finished or disconnected, or exceeds a limit of size or time. */
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
