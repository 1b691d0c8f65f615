/*
 * All texts of a JSON value, redacted at once and put back where they were: an encoded line would hide what is in it, and one
 * text after the other would take long. Owns nothing.
 */
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { inSlices, type Sliced } from '#shared/platform/async/in-slices.ts';
import { BETWEEN, withoutSessions } from './sessions.ts';

const NODES_AT_ONCE = 1_000;

/** A page has a say in all but the first ones, so what stands there under a name of Playwright may be a secret. */
type Where =
  | 'line'
  | 'snapshot'
  | 'overrides'
  | 'override'
  | 'message'
  | 'body'
  | 'html'
  | 'chosen'
  | 'other';

/** What Playwright writes itself; to change it would tear apart what belongs together. */
const OWN: Partial<Record<Where, ReadonlySet<string>>> = {
  line: new Set(['type', 'callId', 'parentId', 'pageId', 'class', 'method']),
  snapshot: new Set([
    ...['callId', 'phase', 'pageId', 'frameId'],
    ...['pageref', '_frameref', '_resourceType', '_serviceWorkerRef', 'startedDateTime'],
  ]),
  override: new Set(['file']),
  body: new Set(['_file']),
};

const BELOW: Partial<Record<Where, Partial<Record<string, Where>>>> = {
  line: { snapshot: 'snapshot' },
  snapshot: { html: 'html', resourceOverrides: 'overrides', request: 'message', response: 'message' },
  message: { postData: 'body', content: 'body' },
};
const CHOSEN = new Set(['params', 'result', 'args']);

function below(where: Where, key: string): Where {
  if (where === 'html' || where === 'chosen') return where;
  if (where === 'overrides') return 'override';
  return CHOSEN.has(key) ? 'chosen' : (BELOW[where]?.[key] ?? 'other');
}

type Container = Record<string | number, unknown>;
interface Place {
  container: Container;
  key: string;
  text: string;
  /** The text is the key itself. */
  isName: boolean;
}

/**
 * Changes `value` itself. Below `params`, `result` and `args`, which a page may choose, numbers are texts, too; an attribute
 * of a page whose name is not to be shown goes.
 */
export async function redactTextsOf(value: unknown, redact: Redactor): Promise<void> {
  const places = await inSlices(placesIn(value));
  const texts = [...new Set(places.map(({ text }) => text))];
  if (texts.length === 0) return;
  const shown = (await redact(await inSlices(withoutSessions(texts.join(BETWEEN))))).split(BETWEEN);
  // A secret that goes over the end of a text would be one that has the character between them.
  const isWhole = shown.length === texts.length;
  const redacted = new Map(texts.map((text, at) => [text, isWhole ? (shown[at] as string) : '']));
  for (const { container, key, text, isName } of places) {
    const safe = redacted.get(text) as string;
    if (safe === text) continue;
    if (isName) delete container[key];
    else if (Object.hasOwn(container, key)) container[key] = safe;
  }
}

function* placesIn(root: unknown): Sliced<Place[]> {
  const places: Place[] = [];
  const open: { container: Container; where: Where }[] = [];
  const enter = (value: unknown, where: Where) => {
    if (typeof value === 'object' && value !== null) open.push({ container: value as Container, where });
  };
  enter(root, 'line');
  let nodes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { container, where } = next;
    const add = (key: string, text: string, isName = false) =>
      places.push({ container, key, text: text.replaceAll(BETWEEN, ''), isName });
    const hasAttributes = where === 'html' && !Array.isArray(container);
    for (const [key, value] of Object.entries(container)) {
      nodes += 1;
      if (nodes % NODES_AT_ONCE === 0) yield;
      if (hasAttributes) add(key, key, true);
      if (typeof value === 'string') {
        if (!OWN[where]?.has(key)) add(key, value);
      } else if (typeof value === 'number' && where === 'chosen') add(key, String(value));
      enter(value, below(where, key));
    }
  }
  return places;
}
