import type { Flow } from './flow.ts';
import type { Step } from './step.ts';

export const REDACTED = '[REDACTED]';

/** Shorter fill values (a quantity, an initial) are found in any text by chance and are left alone. */
export const SHORTEST_SECRET = 3;

/** Texts up to this are not searched for longer needles, so that huge values cost only runs that show huge texts. */
const SHORT_TEXT = 4_096;

/**
 * Returns `text` with every occurrence of a fill value replaced. With `limit`, only the first `limit` UTF-16 units
 * of `text` are returned, and an occurrence that the cut goes through is still replaced as a whole.
 */
export type Redactor = (text: string, limit?: number) => string;

/** The step as it may be shown: a fill's value is hidden, whatever its length; all else stays. */
export function redactStep(step: Step): Step {
  return step.action === 'fill' ? { ...step, value: REDACTED } : step;
}

/**
 * A redactor for the fill values of `flow` and the passwords in its URLs, also where a page, a URL or JSON shows them
 * encoded or trimmed.
 */
export function createRedactor(flow: Pick<Flow, 'steps'> & { baseUrl?: string }): Redactor {
  const values = flow.steps.flatMap((step) => (step.action === 'fill' ? [step.value] : []));
  const urls = [flow.baseUrl, ...flow.steps.map((step) => (step.action === 'goto' ? step.url : undefined))];
  const secrets = [...new Set([...values, ...urls.flatMap(passwordsOf)])];
  const searchFor = (longest: number) =>
    createSearch([...new Set(secrets.flatMap((value) => forms(value, longest)))]);
  let short: Search | undefined;
  let any: Search | undefined;
  return (text, limit = text.length) => {
    if (text.length <= SHORT_TEXT) short ??= searchFor(SHORT_TEXT);
    else any ??= searchFor(Number.POSITIVE_INFINITY);
    const search = (text.length <= SHORT_TEXT ? short : any) as Search;
    const seen = text.slice(0, limit + search.longest);
    return replaceSpans(seen, covered(seen, limit, search), Math.min(limit, text.length));
  };
}

/** The password of an absolute URL, as it stands there and as it is meant. */
function passwordsOf(url: string | undefined): string[] {
  const password = url === undefined ? '' : (URL.parse(url)?.password ?? '');
  return password === '' ? [] : [password, decodePercent(password)];
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The URL without its user and password, as it may be shown. */
export function withoutCredentials(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.username === '' && url.password === '')) return text;
  url.username = '';
  url.password = '';
  return url.href;
}

/**
 * Every way in which a value may come back, if not longer than `longest`: as typed, as an input or the tree shows it,
 * and encoded, which makes nothing shorter.
 */
function forms(value: string, longest: number): string[] {
  const typed = value.toWellFormed();
  const shown = [
    value,
    typed,
    typed.trim(),
    typed.replace(/[\r\n]+/g, ''),
    typed.replace(/\s+/g, ' ').trim(),
  ];
  return [...new Set(shown)]
    .filter(({ length }) => length <= longest)
    .flatMap((text) => (/[^\w.-]/.test(text) ? [text, ...encodings(text)] : [text]))
    .filter(({ length }) => length >= SHORTEST_SECRET && length <= longest);
}

function encodings(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const crlf = text.replace(/\r?\n/g, '\r\n');
  const form = (part: string) => new URLSearchParams({ v: part }).toString().slice(2);
  const lines = crlf === text ? [text] : [text, crlf];
  const percent = [encodeURI(text), ...lines.flatMap((part) => [encodeURIComponent(part), form(part)])];
  const html = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return [
    json,
    json.replace(/'/g, "''"),
    text.replace(/'/g, "''"),
    html,
    html.replace(/"/g, '&quot;'),
    ...percent,
    ...percent.map((code) => code.replace(/%(?:[A-F].|.[A-F])/g, (hex) => hex.toLowerCase())),
  ];
}

type Span = [start: number, end: number];

/** Where any needle begins before `limit`, overlaps joined; what is replaced already stays as it is. */
function covered(text: string, limit: number, search: Search): Span[] {
  const spans: Span[] = [];
  const longestAt = search.over(text);
  let done = text.indexOf(REDACTED);
  for (let start = 0; start < limit && start < text.length; start += 1) {
    const end = start + longestAt(start);
    if (end === start) continue;
    while (done >= 0 && done + REDACTED.length <= start)
      done = text.indexOf(REDACTED, done + REDACTED.length);
    if (done >= 0 && done <= start && end <= done + REDACTED.length) continue;
    const last = spans.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}

interface Search {
  longest: number;
  /** Tells the length of the longest needle at a position of `text`, or 0. */
  over(text: string): (at: number) => number;
}

/**
 * Finds the longest needle at each position in steps of its length's logarithm, however many needles there are and
 * however they overlap, so that no flow and page together can hold up the process. The length is found bit by bit,
 * highest first: every needle leaves a marker (hash of its head, and the longest needle within that head) for each
 * head that this passes. Two 32-bit hashes are trusted without a look at the text: who builds a collision of them
 * spoils the redaction of their own flow only.
 */
function createSearch(needles: readonly string[]): Search {
  const sorted = needles.toSorted((a, b) => a.length - b.length);
  const longest = sorted.at(-1)?.length ?? 0;
  const usedBits = sorted.reduce((all, { length }) => all | length, 0);
  const topBit = longest === 0 ? 0 : 1 << (31 - Math.clz32(longest));
  const powers = [powersOf(BASES[0], longest), powersOf(BASES[1], longest)] as const;
  const bits = Math.max(
    4,
    Math.ceil(Math.log2(1 + sorted.reduce((n, { length }) => n + ones(length), 0))) + 1,
  );
  // Four numbers a marker: both hashes, the head's length (0: free), the longest needle within it.
  const table = new Int32Array(4 << bits);
  const heads = new Uint8Array(1 << 16);

  function slotOf(one: number, two: number, length: number): number {
    let slot = Math.imul(one ^ Math.imul(length, 0x85ebca6b), 0x9e3779b1) >>> (32 - bits);
    for (; ; slot = (slot + 1) & ((1 << bits) - 1)) {
      const at = slot * 4;
      if (table[at + 2] === 0) return at;
      if (table[at] === one && table[at + 1] === two && table[at + 2] === length) return at;
    }
  }

  function markerAt(sums: Sums, from: number, length: number): number {
    const [one, two] = sums;
    const first = (one[from + length]! - Math.imul(one[from]!, powers[0][length]!)) | 0;
    const second = (two[from + length]! - Math.imul(two[from]!, powers[1][length]!)) | 0;
    return slotOf(first, second, length);
  }

  function longestAt(sums: Sums, from: number, room: number): number {
    let passed = 0;
    let best = 0;
    for (let bit = topBit; bit > 0; bit >>= 1) {
      const length = passed | bit;
      if ((usedBits & bit) === 0 || length > room) continue;
      const at = markerAt(sums, from, length);
      if (table[at + 2] === 0) continue;
      passed = length;
      best = Math.max(best, table[at + 3]!);
    }
    return best;
  }

  const scratch: Sums = [new Int32Array(longest + 1), new Int32Array(longest + 1)];
  // Shorter needles first: what lies within a head is then known.
  for (const needle of sorted) {
    sum(needle, scratch);
    heads[headOf(needle, 0)] = 1;
    let length = 0;
    for (let bit = topBit; bit > 0; bit >>= 1) {
      if ((needle.length & bit) === 0) continue;
      length |= bit;
      const best = length === needle.length ? length : longestAt(scratch, 0, length - 1);
      const at = markerAt(scratch, 0, length);
      table.set([scratch[0][length]!, scratch[1][length]!, length, Math.max(best, table[at + 3]!)], at);
    }
  }

  return {
    longest,
    over(text) {
      if (longest === 0) return () => 0;
      const sums: Sums = [new Int32Array(text.length + 1), new Int32Array(text.length + 1)];
      sum(text, sums);
      return (at) => (heads[headOf(text, at)] === 1 ? longestAt(sums, at, text.length - at) : 0);
    },
  };
}

/** Hashes of all heads of a text, by length, to two bases. */
type Sums = readonly [Int32Array, Int32Array];
const BASES = [0x2c1b3c6d, 0x297a2d39] as const;

function sum(text: string, [one, two]: Sums): void {
  let first = 0;
  let second = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i) + 1;
    first = (Math.imul(first, BASES[0]) + code) | 0;
    second = (Math.imul(second, BASES[1]) + code) | 0;
    one[i + 1] = first;
    two[i + 1] = second;
  }
}

function powersOf(base: number, count: number): Int32Array {
  const powers = new Int32Array(count + 1).fill(1);
  for (let i = 1; i <= count; i += 1) powers[i] = Math.imul(powers[i - 1]!, base);
  return powers;
}

const ones = (n: number) => n.toString(2).replaceAll('0', '').length;
const headOf = (text: string, at: number) =>
  (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & 0xffff;

function replaceSpans(text: string, spans: readonly Span[], limit: number): string {
  const parts: string[] = [];
  let from = 0;
  for (const [start, end] of spans) {
    if (start >= limit) break;
    parts.push(text.slice(from, start), REDACTED);
    from = end;
  }
  parts.push(text.slice(from, Math.max(from, limit)));
  return parts.join('');
}
