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
  if (!chosen) return change === 'remove' ? null : value;
  const { holder, key } = chosen;
  if (Array.isArray(holder)) {
    if (change === 'remove') holder.splice(Number(key), 1);
    else if (change === 'repeat') holder.push(...Array.from({ length: 40 }, () => holder[Number(key)]));
    else holder[Number(key)] = value;
  } else if (change === 'remove') delete holder[key];
  else if (change === 'repeat') holder[key] = [holder[key], holder[key]];
  else if (change === 'add') Object.assign(holder, { [`${key} `]: value, extra: value });
  else holder[key] = value;
  return body;
}

function placesOf(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.entries(holder).flatMap(([key, inner]) => [{ holder, key }, ...placesOf(inner)]);
}
