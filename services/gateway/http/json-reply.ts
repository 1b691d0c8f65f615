import { Readable } from 'node:stream';
import { inSlices, type Sliced } from '#shared/platform/async/in-slices.ts';
import type { GatewayContext } from './call.ts';

/** Answers with at most this much text, in UTF-16 units, are serialised at once. */
const LARGE = 256 * 1024;

/** Whether an answer contains enough text to take a while to serialise. Most are small, so this check is quick. */
export function isLarge(body: unknown): body is object {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array || body instanceof Readable)
    return false;
  let units = 0;
  const weigh = (value: unknown): boolean => {
    if (typeof value === 'string') units += value.length;
    else if (typeof value === 'object' && value !== null) {
      units += 16;
      for (const inner of Object.values(value)) if (weigh(inner)) return true;
    }
    return units > LARGE;
  };
  return weigh(body);
}

/** A large JSON reply, serialised element by element, so that it does not block other requests (I13). */
export async function largeJson(ctx: GatewayContext, body: object): Promise<Readable> {
  const parts = await inSlices(jsonParts(body));
  ctx.type = 'json';
  return Readable.from(parts);
}

/** The pieces of a list, and of the lists in the fields of an object and of its objects. */
export function* jsonParts(body: object): Sliced<string[]> {
  if (Array.isArray(body)) return yield* listParts(body);
  if ('toJSON' in body) return [JSON.stringify(body)];
  const parts: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    parts.push(`${parts.length === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    if (typeof value === 'object' && value !== null) parts.push(...(yield* jsonParts(value)));
    else parts.push(JSON.stringify(value));
    yield;
  }
  return [...parts, parts.length === 0 ? '{}' : '}'];
}

function* listParts(list: readonly unknown[]): Sliced<string[]> {
  const parts = ['['];
  for (const [index, value] of list.entries()) {
    parts.push(`${index === 0 ? '' : ','}${JSON.stringify(value) ?? 'null'}`);
    yield;
  }
  return [...parts, ']'];
}
