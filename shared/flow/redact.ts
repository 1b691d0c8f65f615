import type { Flow } from './flow.ts';
import type { Step } from './step.ts';

export const REDACTED = '[REDACTED]';

/** Shorter fill values (a quantity, an initial) are found in any text by chance and are left alone. */
export const SHORTEST_SECRET = 3;

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
  const needles = [...new Set([...values, ...urls.flatMap(passwordsOf)].flatMap(forms))].filter(
    (form) => form.length >= SHORTEST_SECRET,
  );
  const longest = Math.max(0, ...needles.map((needle) => needle.length));
  return (text, limit = text.length) => {
    const seen = text.slice(0, limit + longest);
    return replaceSpans(seen, covered(seen, needles), Math.min(limit, text.length));
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

/** Every way in which a value may come back: as typed, as an input or the tree shows it, and encoded. */
function forms(value: string): string[] {
  const typed = value.toWellFormed();
  const shown = [
    value,
    typed,
    typed.trim(),
    typed.replace(/[\r\n]+/g, ''),
    typed.replace(/\s+/g, ' ').trim(),
  ];
  return [...new Set(shown)].flatMap((text) => [text, ...encodings(text)]);
}

function encodings(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const crlf = text.replace(/\r?\n/g, '\r\n');
  const form = (part: string) => new URLSearchParams({ v: part }).toString().slice(2);
  const percent = [
    encodeURIComponent(text),
    encodeURI(text),
    form(text),
    form(crlf),
    encodeURIComponent(crlf),
  ];
  const html = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return [
    json,
    json.replace(/'/g, "''"),
    text.replace(/'/g, "''"),
    html,
    html.replace(/"/g, '&quot;'),
    ...percent,
    ...percent.map((code) => code.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())),
  ];
}

type Span = [start: number, end: number];

/** Where any needle occurs, overlaps joined; what is replaced already stays as it is. */
function covered(text: string, needles: readonly string[]): Span[] {
  const done = occurrences(text, REDACTED);
  const found = needles
    .flatMap((needle) => occurrences(text, needle))
    .filter(([start, end]) => !done.some(([from, to]) => from <= start && end <= to));
  const spans: Span[] = [];
  for (const [start, end] of found.sort((a, b) => a[0] - b[0])) {
    const last = spans.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}

function occurrences(text: string, needle: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
    spans.push([at, at + needle.length]);
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
