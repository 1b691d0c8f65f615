/*
 * What a site uses to know a session again, found in texts by its usual names: one search for the names, and from each a look
 * to its left and right, so that no text of a page takes longer than its length (I13). Pure.
 */
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import type { Sliced } from '#shared/platform/async/in-slices.ts';

/** Stands between texts that are looked at together. No text has it: it is not a character. */
export const BETWEEN = '\uffff';

const NAMES =
  'token|passw|secret|sess(?:ion|id)|api[-_]?key|auth|credential|signature|csrf|xsrf|jwt|saml|assertion';
/** What opens a session once, under names that mean that in an address, a form or a hidden field only. */
const ONCE = 'code|otp|ticket|sig|reset|invite';
const IN_ADDRESS = `(?:^|[?&#;\\uffff]|\\\\u0026)(?:${ONCE})(?==)`;
const IN_FIELD = `name=["']?(?:${ONCE})(?=["'\\s/>])`;
const NAMED = new RegExp(`${NAMES}|${IN_ADDRESS}|${IN_FIELD}`, 'gi');
const ACCESS = new RegExp(`cookie|${NAMES}`, 'i');
const ACCESS_ONCE = new RegExp(`^(?:${ONCE})$`, 'i');

/** Whether a name, of a header or an attribute, is one of something that gives access. */
export const namesAccess = (name: string): boolean => ACCESS.test(name);

/** The same of a parameter of an address, or a field that a page fills in itself. */
export const opensSession = (name: string): boolean => namesAccess(name) || ACCESS_ONCE.test(name);

/** A name goes so far beyond the part that is known. */
const LONGEST_NAME = 60;
const RIGHT_OF_NAME = /^[\w.-]*/;
/** So much is searched between two pauses, and a name may go over the end of it. */
const AT_ONCE = 32_768;
const LONGEST_PART = 16;
const HITS_AT_ONCE = 200;

type Span = [start: number, end: number, instead: string];

/** The text with each of their values replaced. */
export function* withoutSessions(text: string): Sliced<string> {
  const parts: string[] = [];
  const ends = yield* namesIn(text);
  let kept = 0;
  for (const [hit, at] of ends.entries()) {
    if (hit % HITS_AT_ONCE === 0) yield;
    if (at < kept || isSameName(text, at, ends[hit + 1])) continue;
    const span = yield* valueAt(text, at);
    if (span === undefined || span[0] < kept) continue;
    parts.push(text.slice(kept, span[0]), span[2]);
    kept = span[1];
  }
  return parts.length === 0 ? text : [...parts, text.slice(kept)].join('');
}

/** The next part is in the same name, whose end is looked for from there. */
const isSameName = (text: string, at: number, next = Number.POSITIVE_INFINITY): boolean =>
  next - at <= LONGEST_NAME && /^[\w.-]*$/.test(text.slice(at, next));

/** Where a part of such a name ends. */
function* namesIn(text: string): Sliced<number[]> {
  const ends: number[] = [];
  for (let from = 0; from < text.length; from += AT_ONCE) {
    yield;
    for (const found of text.slice(from, from + AT_ONCE + LONGEST_PART).matchAll(NAMED))
      if (found.index < AT_ONCE) ends.push(from + found.index + found[0].length);
  }
  return ends;
}

/** What is to be replaced of what a name at `at` names; nothing if it names nothing there. */
function* valueAt(text: string, at: number): Sliced<Span | undefined> {
  const [right = ''] = RIGHT_OF_NAME.exec(text.slice(at, at + LONGEST_NAME)) ?? [];
  const end = at + right.length;
  return inQuery(text, end) ?? (yield* inJson(text, end)) ?? inTag(text, at, end);
}

const sticky = (source: string) => {
  const pattern = new RegExp(source, 'y');
  return (text: string, at: number): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
};

/** An address, a form, a cookie and an attribute have it so: `…token=…`, `…token="…"`. */
const EQUALS = sticky('\\s{0,3}=\\s{0,3}');
const BARE = sticky('[^&#"\'\\s<>\\uffff]+');
const QUOTED = sticky('"[^"\\uffff]*|\'[^\'\\uffff]*');

function inQuery(text: string, end: number): Span | undefined {
  const equals = EQUALS(text, end);
  if (equals === undefined) return undefined;
  const start = end + equals.length;
  const quoted = QUOTED(text, start);
  if (quoted !== undefined) return [start + 1, start + quoted.length, REDACTED];
  const bare = BARE(text, start);
  return bare === undefined ? undefined : [start, start + bare.length, REDACTED];
}

/** JSON has it so: `"…token": "…"`, with backslashes where it is a text within JSON. */
const NAME_ENDS = sticky('(?:\\\\{0,15})["\']\\s{0,9}:\\s{0,9}');
const OPENS = sticky('(?:\\\\{0,15})["\']');
const NUMBER = sticky('-?[\\d.][\\d.eE+-]*');
const UP_TO = { '"': sticky('[^"\\uffff]*'), "'": sticky("[^'\\uffff]*") };

function* inJson(text: string, end: number): Sliced<Span | undefined> {
  const colon = NAME_ENDS(text, end);
  if (colon === undefined) return undefined;
  const start = end + colon.length;
  const [quote = ''] = /^\\*["']/.exec(colon) ?? [];
  const number = NUMBER(text, start);
  if (number !== undefined) return [start, start + number.length, quote + REDACTED + quote];
  const opens = OPENS(text, start);
  if (opens === undefined) return undefined;
  const from = start + opens.length;
  return [from, yield* endOfString(text, from, opens), REDACTED];
}

/** The quote that ends it has as many backslashes as the one that opened it, but for escaped backslashes before it. */
function* endOfString(text: string, from: number, opens: string): Sliced<number> {
  const deep = opens.length - 1;
  const quote = opens.at(-1) as '"' | "'";
  for (let at = from, quotes = 1; ; quotes += 1) {
    if (quotes % HITS_AT_ONCE === 0) yield;
    const end = at + (UP_TO[quote](text, at)?.length ?? 0);
    let backslashes = 0;
    while (end - backslashes > from && text[end - backslashes - 1] === '\\') backslashes += 1;
    if (text[end] !== quote) return end;
    if (backslashes < deep) return end - backslashes; // the text that it is in ends
    if (backslashes % (2 * (deep + 1)) === deep) return end - deep;
    at = end + 1;
  }
}

/** HTML has it so, too: `<meta name="…token" content="…">`. */
const MOST_OF_TAG = 500;
const NAMES_IT = /<(?:meta|input)\s[^<>\uffff]*(?:name|id|property)\s*=\s*["']?[\w.-]*$/i;
const VALUE = /^([^<>\uffff]*?\s(?:content|value)\s*=\s*)("[^"\uffff]*|'[^'\uffff]*|[^\s"'<>\uffff]+)/i;
const VALUE_BEFORE = /(\s(?:content|value)\s*=\s*)("[^"\uffff]*"|'[^'\uffff]*'|[^\s"'<>\uffff]+)/gi;

function inTag(text: string, at: number, end: number): Span | undefined {
  const before = text.slice(Math.max(0, at - MOST_OF_TAG), at);
  const opens = before.lastIndexOf('<');
  if (opens === -1 || !NAMES_IT.test(before.slice(opens))) return undefined;
  const after = text.slice(end, end + 8 * MOST_OF_TAG);
  const [found = '', head = '', value = ''] = VALUE.exec(after) ?? [];
  if (found !== '') {
    const isQuoted = /^["']/.test(value);
    return [end + head.length + (isQuoted ? 1 : 0), end + found.length, REDACTED];
  }
  const tag = before.slice(opens);
  const hidden = tag.replace(VALUE_BEFORE, `$1"${REDACTED}"`);
  return hidden === tag ? undefined : [at - tag.length, at, hidden];
}
