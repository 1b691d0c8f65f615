/* Which names are nearly those that are wanted: a few letters away, or with all of their words. Pure. */
import type { Sliced } from '#shared/platform/async/in-slices.ts';
import type { FoundName } from './nearest-in-page.ts';

/** Longer names are none. UTF-16 units. */
const LONGEST = 80;

/** The nearest first; what is as near stays in the order in which it was found. */
export function* nearestNames(wanted: readonly string[], found: readonly FoundName[]): Sliced<FoundName[]> {
  const near: (FoundName & { far: number })[] = [];
  for (const { of, value } of found) {
    yield;
    const asked = wanted[of];
    if (asked === undefined || typeof value !== 'string' || value.length > LONGEST) continue;
    const far = farness(loose(asked), loose(value));
    if (far !== undefined) near.push({ of, value, far });
  }
  return near.toSorted((one, other) => one.far - other.far).map(({ of, value }) => ({ of, value }));
}

const loose = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
const wordsOf = (text: string) => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);

/** Undefined if they are too far apart. */
function farness(one: string, other: string): number | undefined {
  const most = Math.max(1, Math.floor(Math.max(one.length, other.length) / 3));
  if (one.length <= LONGEST && Math.abs(one.length - other.length) <= most) {
    const letters = differentLetters(one, other);
    if (letters <= most) return letters;
  }
  const [these, those] = [wordsOf(one), wordsOf(other)];
  const hasAll = (all: string[], some: string[]) =>
    some.length > 0 && some.every((word) => all.includes(word));
  // Farther than any that has other letters only.
  return hasAll(these, those) || hasAll(those, these)
    ? LONGEST + Math.abs(one.length - other.length)
    : undefined;
}

/** The distance of Levenshtein: letters changed, added and left out. */
function differentLetters(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
