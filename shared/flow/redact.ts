import type { Flow } from './flow.ts';
import { createSearch, type Search } from './needle-search.ts';
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
export function createRedactor(flow: Pick<Flow, 'steps' | 'onCancel'> & { baseUrl?: string }): Redactor {
  const steps = [...flow.steps, ...(flow.onCancel ?? [])];
  const values = steps.flatMap((step) => (step.action === 'fill' ? [step.value] : []));
  const urls = [flow.baseUrl, ...steps.map((step) => (step.action === 'goto' ? step.url : undefined))];
  const secrets = [...new Set([...values, ...urls.flatMap(passwordsOf)])];
  const searchFor = (longest: number) =>
    createSearch([...new Set(secrets.flatMap((value) => forms(value, longest)))]);
  // Made when first needed: few runs show a text that is long enough for the second.
  let forShort: Search | undefined;
  let forLong: Search | undefined;
  const searchOf = (text: string): Search => {
    if (text.length <= SHORT_TEXT) {
      forShort ??= searchFor(SHORT_TEXT);
      return forShort;
    }
    forLong ??= searchFor(Number.POSITIVE_INFINITY);
    return forLong;
  };
  return (text, limit = text.length) => {
    const search = searchOf(text);
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
