/*
 * What a page says on its console, limited where it is said: a flood costs the connection that its browser shares with
 * other runs almost nothing (I4, I13). The functions here run in pages and workers.
 */

/** What is used of the global scope of a page or worker; this process has none of it. */
interface Scope {
  console: Record<string, Say>;
  performance: { now(): number };
  setTimeout(work: () => void, ms: number): unknown;
  queueMicrotask(work: () => void): void;
  addEventListener(type: string, listener: (event: unknown) => void): void;
  Event: { prototype: { preventDefault(): void } };
}
type Say = (...values: unknown[]) => void;
/** The one of these methods by which a page's own words come out. */
type Way = 'error' | 'warn' | 'info' | 'debug';

/** The first page itself and its popups may say so much at once; each frame and each worker, of which there may be many, less. */
const PAGE = { most: 50, perSecond: 5 };
const OTHER = { most: 8, perSecond: 1 };
/**
 * A longer message is cut in the page, ones as JSON: a line with it is below what `message-guard.ts` lets through. What is cut
 * still has 500 characters, of six bytes at most, which is how `heard.ts` knows it.
 */
const LONGEST = 3_000;

function createBudget(
  { performance, setTimeout }: Scope,
  { most, perSecond }: { most: number; perSecond: number },
  tellDropped: (count: number) => void,
): () => boolean {
  const now = performance.now.bind(performance);
  const later = setTimeout.bind(globalThis);
  let [left, at, dropped] = [most, now(), 0];
  const tell = () => {
    const count = dropped;
    dropped = 0;
    tellDropped(count);
  };
  return () => {
    const time = now();
    left += ((time - at) / 1000) * perSecond;
    if (left > most) left = most;
    at = time;
    if (left >= 1) {
      left -= 1;
      return true;
    }
    dropped += 1;
    if (dropped === 1) later(tell, 1000);
    return false;
  };
}

/** The text that a console shows, without calling what the page wrote, as far as that is possible. */
function shownValue(value: unknown, longest: number, isInner: boolean): string {
  if (typeof value === 'string') return isInner ? `'${value}'` : value;
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  const isList = Array.isArray(value);
  if (isInner) return isList ? `Array(${value.length})` : name;
  if (!isList && name !== 'Object') return name;
  const parts: string[] = [];
  // A value that is cut here makes the whole too long, so that the whole is cut, too.
  const shownAt = (key: string | number) =>
    shownValue(Object.getOwnPropertyDescriptor(value, key)?.value, longest, true).slice(0, longest + 1);
  // Keys of a list are not asked for: there may be millions.
  if (isList) for (let at = 0; at < value.length && at < 10; at += 1) parts.push(shownAt(at));
  else
    for (const key in value) {
      parts.push(`${key}: ${shownAt(key)}`);
      if (parts.length === 10) break;
    }
  return isList ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}

function shownText(values: unknown[], longest: number): string {
  let used = 1;
  const [first = ''] = values;
  let text = shownValue(first, longest, false);
  if (typeof first === 'string')
    text = text.slice(0, longest).replace(/%([sdifoOc%])/g, (all: string, how: string) => {
      if (how === '%') return '%';
      if (used === values.length) return all;
      used += 1;
      return how === 'c' ? '' : shownValue(values[used - 1], longest, false);
    });
  for (; used < values.length && text.length < longest; used += 1)
    text += ` ${shownValue(values[used], longest, false)}`;
  let size = 0;
  for (let n = 0; n < text.length; n += 1) {
    const code = text.charCodeAt(n);
    size += code < 0x20 || code > 0x7e ? 6 : code === 0x22 || code === 0x5c ? 2 : 1;
    if (size > longest) return text.slice(0, n);
  }
  return text;
}

function limitConsole(scope: Scope, budget: { most: number; perSecond: number }, longest: number): void {
  const { console } = scope;
  const { error, warn, info, debug, dir } = console as Record<Way | 'dir', Say>;
  const soon = scope.queueMicrotask.bind(globalThis);
  const { preventDefault } = scope.Event.prototype;
  const call = Reflect.apply;
  const mayPass = createBudget(scope, budget, (count) => call(dir, console, [count]));
  // Out of the page's own calls: a line names all of them, and would be too long.
  const say = (how: Say, values: unknown[]) => {
    if (!mayPass()) return;
    let text = '';
    try {
      text = shownText(values, longest);
    } catch {
      text = '?';
    }
    soon(() => call(how, console, [text]));
  };
  const ways = { error, warn, info, log: info, trace: info, dir: info, dirxml: info, debug };
  for (const name in ways) {
    const how = ways[name as keyof typeof ways];
    console[name] = (...values) => say(how, values);
  }
  for (const name of ['table', 'group', 'groupCollapsed']) console[name] = (...values) => say(info, values);
  console.assert = (isSo, ...values) => {
    if (!isSo) say(error, ['Assertion failed:', ...values]);
  };
  for (const name of ['clear', 'count', 'countReset', 'groupEnd', 'time', 'timeEnd', 'timeLog'])
    console[name] = () => undefined;
  const limit = (event: unknown) => {
    if (!mayPass()) call(preventDefault, event, []);
  };
  scope.addEventListener('error', limit);
  scope.addEventListener('unhandledrejection', limit);
}

/**
 * For each page, frame and worker of a run. What passes is one text, as `error`, `warn`, `info` or `debug`; how much was
 * dropped is a number, by `dir`, which no page can say otherwise.
 */
export const LIMIT_CONSOLE = `(() => {
  ${[createBudget, shownValue, shownText, limitConsole].join('\n')}
  limitConsole(globalThis, globalThis.top === globalThis ? ${JSON.stringify(PAGE)} : ${JSON.stringify(OTHER)}, ${LONGEST});
})()`;
