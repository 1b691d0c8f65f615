import fc from 'fast-check';
import { oddValue } from './odd-values.ts';

/** A body that was right, with one to three of its places made wrong: replaced, left out, repeated or added to. */
export const mutated = (body: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.nat(), fc.constantFrom<Change>('replace', 'remove', 'repeat', 'add'), oddValue), {
      maxLength: 3,
    })
    .map((changes) =>
      changes.reduce<unknown>(
        (changed, [place, change, value]) => changeAt(changed, place, change, value),
        structuredClone(body),
      ),
    );

type Change = 'replace' | 'remove' | 'repeat' | 'add';
type Holder = Record<string, unknown> | unknown[];

function changeAt(body: unknown, place: number, change: Change, value: unknown): unknown {
  const places = placesOf(body);
  const chosen = places[place % (places.length + 1)];
  if (!chosen) return bodyItself(body, change, place, value);
  const { holder, key } = chosen;
  if (Array.isArray(holder)) {
    if (change === 'remove') holder.splice(Number(key), 1);
    else if (change === 'repeat') holder.push(...Array.from({ length: 40 }, () => holder[Number(key)]));
    else holder[Number(key)] = value;
  } else if (change === 'remove') delete holder[key];
  else if (change === 'repeat') holder[key] = [holder[key], holder[key]];
  else if (change === 'add') Object.assign(holder, { [`${key} `]: value, [oddNameAt(place)]: value });
  else holder[key] = value;
  return body;
}

/** `__proto__` itself is no name that a plain assignment makes; `oddBody` has it. */
const oddNameAt = (place: number): string => INHERITED[place % INHERITED.length] ?? 'extra';
const INHERITED = ['extra', 'constructor', 'hasOwnProperty', 'valueOf', 'length'];

function bodyItself(body: unknown, change: Change, place: number, value: unknown): unknown {
  if (change === 'remove') return null;
  return change === 'add' ? { ...(body as object), [oddNameAt(place)]: value } : value;
}

function placesOf(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.entries(holder).flatMap(([key, inner]) => [{ holder, key }, ...placesOf(inner)]);
}
