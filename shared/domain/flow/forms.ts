import type { Sliced } from '#shared/platform/async/in-slices.ts';
import { base64FormsOf } from './base64-forms.ts';
import type { Needle } from './needle-search.ts';

/** How much of a text is encoded at a time. */
const PART = 4_096;

type Encoding = (text: string) => string;

/**
 * A value in one of the ways in which it may come back. Written only when it is asked for, and part by part: of a huge
 * value there are many, and each may be several times as long.
 */
export interface Form {
  /** The value without its encoding, which makes nothing shorter. */
  shown: string;
  encode: Encoding;
}

/** Every way in which a value may come back: as typed, as an input or the tree shows it, and encoded. */
export function* formsOf(value: string): Sliced<Form[]> {
  const typed = value.toWellFormed();
  const trimmed = typed.trim();
  yield;
  const inOneLine = typed.replace(/[\r\n]+/g, '');
  yield;
  const collapsed = typed.replace(/\s+/g, ' ').trim();
  yield;
  const shown = [...new Set([value, typed, trimmed, inOneLine, collapsed])];
  return shown.flatMap((text) => encodingsOf(text).map((encode) => ({ shown: text, encode })));
}

/** How a value may come back where bytes are shown as text. */
export function* formsOfBytes(value: string): Sliced<Form[]> {
  yield;
  const inJson = json(value);
  const texts = [...base64FormsOf(value), ...(inJson === value ? [] : base64FormsOf(inJson))];
  return texts.map((shown) => ({ shown, encode: same }));
}

/** The first `length` UTF-16 units of a form, or all of it if it is shorter. */
export const headOf = ({ shown, encode }: Form, length: number): string =>
  encode(shown.slice(0, cutAt(shown, length))).slice(0, length);

/** A form as it is searched for. */
export function* needleOf(form: Form): Sliced<Needle> {
  let length = 0;
  for (const part of partsOf(form)) {
    length += part.length;
    yield;
  }
  return { length, parts: () => partsOf(form) };
}

function* partsOf({ shown, encode }: Form): Generator<string> {
  for (let from = 0; from < shown.length; ) {
    const to = cutAt(shown, from + PART);
    yield encode(shown.slice(from, to));
    from = to;
  }
}

/** The next place from `at` on where a text may be cut: neither a surrogate pair nor the end of a line is torn apart. */
function cutAt(text: string, at: number): number {
  const before = text.charCodeAt(at - 1);
  const tears = before === 0x0d || (before >= 0xd800 && before <= 0xdbff);
  return tears && at < text.length ? cutAt(text, at + 1) : at;
}

const same: Encoding = (text) => text;
const crlf: Encoding = (text) => text.replace(/\r?\n/g, '\r\n');
const quotes: Encoding = (text) => text.replace(/'/g, "''");
const json: Encoding = (text) => JSON.stringify(text).slice(1, -1);
const html: Encoding = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const formField: Encoding = (text) => new URLSearchParams({ v: text }).toString().slice(2);
const lowerHex = (text: string) => text.replace(/%(?:[A-F].|.[A-F])/g, (code) => code.toLowerCase());

/** A page that shows JSON has it in its tree, its source and its addresses with that. */
const shownJson: Encoding = (text) => json(json(text));
const PERCENT: Encoding[] = [
  encodeURI,
  encodeURIComponent,
  formField,
  (text) => encodeURIComponent(json(text)),
];
const PERCENT_CRLF: Encoding[] = [encodeURIComponent, formField].map(
  (encode) => (text) => encode(crlf(text)),
);
const OTHER: Encoding[] = [
  json,
  shownJson,
  (text) => html(json(text)),
  (text) => quotes(json(text)),
  quotes,
  html,
  (text) => html(text).replace(/"/g, '&quot;'),
];
const bothCases = (encodings: Encoding[]): Encoding[] =>
  encodings.flatMap((encode) => [encode, (text) => lowerHex(encode(text))]);
const ENCODINGS = [same, ...OTHER, ...bothCases(PERCENT)];
const ENCODINGS_OF_LINES = [...ENCODINGS, ...bothCases(PERCENT_CRLF)];

function encodingsOf(text: string): Encoding[] {
  if (!/[^\w.-]/.test(text) || !text.isWellFormed()) return [same];
  return text.includes('\n') ? ENCODINGS_OF_LINES : ENCODINGS;
}
