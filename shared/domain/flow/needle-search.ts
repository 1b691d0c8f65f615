import type { Sliced } from '#shared/platform/async/in-slices.ts';

/** A text to search for, which need never be in memory as a whole. */
export interface Needle {
  length: number;
  /** Joined they are the text; the first has three UTF-16 units or more. */
  parts(): Iterable<string>;
}

export const needle = (text: string): Needle => ({ length: text.length, parts: () => [text] });

export interface Search {
  longest: number;
  /** Tells the length of the longest needle at a position of `text`, or 0. */
  over(text: string): Sliced<(at: number) => number>;
}

/**
 * Finds the longest needle at each position in steps of its length's logarithm, bit by bit: every needle leaves a
 * marker for each head that this passes. Two 32-bit hashes are trusted: a collision only spoils the redaction of its
 * own flow.
 */
export function* createSearch(needles: readonly Needle[]): Sliced<Search> {
  const sorted = needles.toSorted((a, b) => a.length - b.length);
  const markers = emptyMarkers(sorted);
  const { longest } = markers;
  const scratch = emptySums(longest);
  // Shorter needles first: what is inside a head is then known.
  for (const needle of sorted) yield* addNeedle(markers, needle, scratch);

  return {
    longest,
    *over(text) {
      if (longest === 0) return () => 0;
      const sums = emptySums(text.length);
      for (let from = 0; from < text.length; from += SUMMED_AT_ONCE) {
        sum(text, from, Math.min(text.length, from + SUMMED_AT_ONCE), sums, from);
        yield;
      }
      const { heads } = markers;
      return (at) => (heads[headOf(text, at)] === 1 ? longestAt(markers, sums, at, text.length - at) : 0);
    },
  };
}

/** What the needles have left behind. */
interface Markers {
  longest: number;
  /** The bits of which their lengths are made, and the highest of them. */
  usedBits: number;
  topBit: number;
  powers: Sums;
  /** The number of places as a power of two. */
  bits: number;
  /** Four numbers a marker: both hashes, the head's length (0: free), the longest needle within it. */
  table: Int32Array;
  /** The three units by which they begin. */
  heads: Uint8Array;
}

function emptyMarkers(sorted: readonly Needle[]): Markers {
  const longest = sorted.at(-1)?.length ?? 0;
  const count = sorted.reduce((n, { length }) => n + ones(length), 0);
  const bits = Math.max(4, Math.ceil(Math.log2(1 + count)) + 1);
  return {
    longest,
    usedBits: sorted.reduce((all, { length }) => all | length, 0),
    topBit: longest === 0 ? 0 : 1 << (31 - Math.clz32(longest)),
    powers: [powersOf(BASES[0], longest), powersOf(BASES[1], longest)],
    bits,
    table: new Int32Array(4 << bits),
    heads: new Uint8Array(1 << 16),
  };
}

function* addNeedle(markers: Markers, needle: Needle, scratch: Sums): Sliced<void> {
  const { table, heads, topBit } = markers;
  let summed = 0;
  for (const part of needle.parts()) {
    if (summed === 0) heads[headOf(part, 0)] = 1;
    summed = sum(part, 0, part.length, scratch, summed);
    yield;
  }
  let length = 0;
  for (let bit = topBit; bit > 0; bit >>= 1) {
    if ((needle.length & bit) === 0) continue;
    length |= bit;
    const best = length === needle.length ? length : longestAt(markers, scratch, 0, length - 1);
    const at = markerAt(markers, scratch, 0, length);
    table.set([scratch[0][length]!, scratch[1][length]!, length, Math.max(best, table[at + 3]!)], at);
  }
}

function longestAt(markers: Markers, sums: Sums, from: number, room: number): number {
  const { table, usedBits, topBit } = markers;
  let passed = 0;
  let best = 0;
  for (let bit = topBit; bit > 0; bit >>= 1) {
    const length = passed | bit;
    if ((usedBits & bit) === 0 || length > room) continue;
    const at = markerAt(markers, sums, from, length);
    if (table[at + 2] === 0) continue;
    passed = length;
    best = Math.max(best, table[at + 3]!);
  }
  return best;
}

/** Where the marker of a head is, or would be. */
function markerAt({ powers, table, bits }: Markers, [one, two]: Sums, from: number, length: number): number {
  const first = (one[from + length]! - Math.imul(one[from]!, powers[0][length]!)) | 0;
  const second = (two[from + length]! - Math.imul(two[from]!, powers[1][length]!)) | 0;
  let slot = Math.imul(first ^ Math.imul(length, 0x85ebca6b), 0x9e3779b1) >>> (32 - bits);
  for (; ; slot = (slot + 1) & ((1 << bits) - 1)) {
    const at = slot * 4;
    if (table[at + 2] === 0) return at;
    if (table[at] === first && table[at + 1] === second && table[at + 2] === length) return at;
  }
}

/** Hashes of all heads of a text, by length, to two bases. */
type Sums = readonly [Int32Array, Int32Array];
const BASES = [0x2c1b3c6d, 0x297a2d39] as const;

const SUMMED_AT_ONCE = 16_384;

const emptySums = (length: number): Sums => [new Int32Array(length + 1), new Int32Array(length + 1)];

/** Adds a piece of `text` behind the `summed` units that are in `sums`; returns how many there are then. */
function sum(text: string, from: number, to: number, [one, two]: Sums, summed: number): number {
  let first = one[summed]!;
  let second = two[summed]!;
  let at = summed;
  for (let i = from; i < to; i += 1) {
    const code = text.charCodeAt(i) + 1;
    first = (Math.imul(first, BASES[0]) + code) | 0;
    second = (Math.imul(second, BASES[1]) + code) | 0;
    at += 1;
    one[at] = first;
    two[at] = second;
  }
  return at;
}

function powersOf(base: number, count: number): Int32Array {
  const powers = new Int32Array(count + 1).fill(1);
  for (let i = 1; i <= count; i += 1) powers[i] = Math.imul(powers[i - 1]!, base);
  return powers;
}

const ones = (n: number) => n.toString(2).replaceAll('0', '').length;
const headOf = (text: string, at: number) =>
  (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & 0xffff;
