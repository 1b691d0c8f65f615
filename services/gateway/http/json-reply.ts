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

/** So much text is one piece, in UTF-16 units. */
const PIECE = 16 * 1024;
/** How deep the objects are whose fields are taken apart: the body, and those that it has. */
const DEEPEST = 2;

/** The text of a reply in pieces: it may be paused after each element of its lists, and of those in its objects. */
export function* jsonParts(body: object): Sliced<string[]> {
  const pieces = createPieces();
  yield* write(pieces, body, DEEPEST);
  return pieces.all();
}

type Pieces = ReturnType<typeof createPieces>;

function createPieces() {
  const all: string[] = [];
  let last = '';
  const end = () => {
    if (last !== '') all.push(last);
    last = '';
  };
  return {
    add(text: string): void {
      last += text;
      if (last.length >= PIECE) end();
    },
    all(): string[] {
      end();
      return all;
    },
  };
}

function* write(pieces: Pieces, value: unknown, depth: number): Sliced<void> {
  const isWhole = typeof value !== 'object' || value === null || 'toJSON' in value;
  if (!isWhole && Array.isArray(value)) yield* writeList(pieces, value);
  else if (!isWhole && depth > 0) yield* writeFields(pieces, value, depth);
  else pieces.add(JSON.stringify(value) ?? 'null');
}

function* writeList(pieces: Pieces, list: readonly unknown[]): Sliced<void> {
  for (const [index, value] of list.entries()) {
    pieces.add(`${index === 0 ? '[' : ','}${JSON.stringify(value) ?? 'null'}`);
    yield;
  }
  pieces.add(list.length === 0 ? '[]' : ']');
}

function* writeFields(pieces: Pieces, body: object, depth: number): Sliced<void> {
  let isFirst = true;
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    pieces.add(`${isFirst ? '{' : ','}${JSON.stringify(name)}:`);
    isFirst = false;
    yield* write(pieces, value, depth - 1);
    yield;
  }
  pieces.add(isFirst ? '{}' : '}');
}
