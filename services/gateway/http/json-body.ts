import type { IncomingMessage } from 'node:http';
import parse from 'co-body';
import type { GatewayContext } from './call.ts';
import { RequestError } from './errors.ts';

const LIMIT_BYTES = 1024 * 1024;
/** How much of a refused body is still read, so that the client receives the answer. */
const DRAIN_BYTES = 16 * LIMIT_BYTES;
const DRAIN_MS = 5_000;

/** The contract nests only a few levels; deep nesting would overflow the stack of recursive code. */
const DEEPEST = 200;
/** Far more than the largest flow has. Half a million values would take a while to validate and refuse. */
const MOST_VALUES = 20_000;

/** The JSON body, whatever its content type; `{}` if it is empty. */
export async function readJson(ctx: GatewayContext): Promise<unknown> {
  const text = await readText(ctx);
  if (text === '') return {};
  const shape = shapeOf(text);
  if (shape.depth > DEEPEST) throw new RequestError('invalid_json');
  if (shape.values > MOST_VALUES) throw new RequestError('body_too_large');
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

/** An estimate of the number of values and the nesting depth, from the text, before it is parsed. */
function shapeOf(text: string): { values: number; depth: number } {
  let [values, open, depth] = [1, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) values += 1;
    else if (code === BRACKET || code === BRACE) {
      values += 1;
      open += 1;
      depth = Math.max(depth, open);
    } else if (code === BRACKET + 2 || code === BRACE + 2) open -= 1;
  }
  return { values, depth };
}

const [QUOTE, COMMA, BACKSLASH, BRACKET, BRACE] = [0x22, 0x2c, 0x5c, 0x5b, 0x7b];

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}

function parseJson(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body;
  } catch {
    // Reported below.
  }
  throw new RequestError('invalid_json');
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
