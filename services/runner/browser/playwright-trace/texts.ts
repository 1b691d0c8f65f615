/*
 * All texts of a JSON value, redacted at once and put back where they were: an encoded line would hide what is in it, and one
 * text after the other would take long. Owns nothing.
 */
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { inSlices, type Sliced } from '#shared/platform/async/in-slices.ts';

/** No text has it: it is not a character. */
const BETWEEN = '\uffff';
const NODES_AT_ONCE = 1_000;

/** What Playwright writes itself; to change it would tear apart what belongs together. */
const OWN = new Set([
  'type',
  'callId',
  'parentId',
  'pageId',
  'frameId',
  'phase',
  'class',
  'method',
  'file',
  '_file',
  'pageref',
  '_frameref',
  '_resourceType',
  '_serviceWorkerRef',
  'startedDateTime',
  'wallTime',
]);

type Container = Record<string | number, unknown>;
type Place = [container: Container, key: string | number, text: string];

/** Changes `value` itself. Below `params`, `result` and `args`, which a page may choose, numbers are texts, too. */
export async function redactTextsOf(value: unknown, redact: Redactor): Promise<void> {
  const places = await inSlices(placesIn(value));
  const texts = [...new Set(places.map(([, , text]) => text))];
  if (texts.length === 0) return;
  const shown = (await redact(withoutSessions(texts.join(BETWEEN)))).split(BETWEEN);
  // A secret that goes over the end of a text would be one that has the character between them.
  const isWhole = shown.length === texts.length;
  const redacted = new Map(texts.map((text, at) => [text, isWhole ? (shown[at] as string) : '']));
  for (const [container, key, text] of places) {
    const safe = redacted.get(text) as string;
    if (safe !== text) container[key] = safe;
  }
}

function* placesIn(root: unknown): Sliced<Place[]> {
  const places: Place[] = [];
  const open: { container: Container; isChosen: boolean }[] = [];
  const enter = (value: unknown, isChosen: boolean) => {
    if (typeof value === 'object' && value !== null) open.push({ container: value as Container, isChosen });
  };
  enter(root, false);
  let nodes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { container, isChosen } = next;
    for (const [key, value] of Object.entries(container)) {
      nodes += 1;
      if (nodes % NODES_AT_ONCE === 0) yield;
      if (typeof value === 'string') {
        if (!OWN.has(key) || isChosen) places.push([container, key, value.replaceAll(BETWEEN, '')]);
      } else if (typeof value === 'number' && isChosen) places.push([container, key, String(value)]);
      enter(value, isChosen || key === 'params' || key === 'result' || key === 'args');
    }
  }
  return places;
}

const NAMES = 'token|passw|secret|session|api[-_]?key|auth|credential|signature';
/** An address or a form has it so: `…token=…`. */
const IN_QUERY = new RegExp(`([?&#;][\\w.-]{0,60}?(?:${NAMES})[\\w.-]{0,60}=)[^&#"'\\s<>\\uffff]+`, 'gi');
/** JSON has it so: `"…token": "…"`. */
const IN_JSON = new RegExp(
  `("[\\w.-]{0,60}?(?:${NAMES})[\\w.-]{0,60}"\\s{0,9}:\\s{0,9}")(?:[^"\\\\\\uffff]|\\\\[^\\uffff])+`,
  'gi',
);

/** Without what a site uses to know a session again, where it has the usual names. */
export const withoutSessions = (text: string): string =>
  text.replace(IN_QUERY, '$1[REDACTED]').replace(IN_JSON, '$1[REDACTED]');

/** Whether a name, of a header or a field, is one of something that gives access. */
export const namesAccess = (name: string): boolean => new RegExp(`cookie|csrf|xsrf|${NAMES}`, 'i').test(name);
