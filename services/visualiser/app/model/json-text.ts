/*
 * JSON with the places where its values stand, so that a problem can be shown beside the field that has it. Reads the
 * same language as JSON.parse; of a text that is not JSON it says where it stops being so.
 */

export interface JsonText {
  value: unknown;
  /** The line, from 0, of each value by its path, e.g. `steps.3.url`. The whole text has the path ``. */
  lines: Map<string, number>;
}

export class JsonTextError extends Error {
  readonly code = 'not_json';
  /** In UTF-16 units. */
  readonly position: number;
  readonly line: number;
  /** What stands there; empty at the end. */
  readonly found: string;
  constructor(text: string, position: number) {
    const found = text.slice(position, position + 1);
    super(`unexpected ${found || 'end'} at ${position}`);
    this.position = position;
    this.line = lineOf(text, position);
    this.found = found;
  }
}

const DEEPEST = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those that JSON refuses in a text
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/** @throws JsonTextError */
export function readJson(text: string): JsonText {
  const lines = new Map<string, number>();
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 0;
  let lineEnd = text.indexOf('\n');

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match !== undefined) at += match.length;
    return match;
  };
  const skipSpace = () => void take(SPACE);
  /** Counted as it goes on, so that a long text is gone through once. */
  const lineNow = () => {
    for (; lineEnd >= 0 && lineEnd < at; lineEnd = text.indexOf('\n', lineEnd + 1)) line += 1;
    return line;
  };
  const fail = (): never => {
    throw new JsonTextError(text, at);
  };
  const expect = (sign: string) => {
    if (text[at] !== sign) fail();
    at += 1;
  };

  function value(path: string, depth: number): unknown {
    skipSpace();
    lines.set(path, lineNow());
    if (depth > DEEPEST) fail();
    const sign = text[at];
    if (sign === '{') return object(path, depth);
    if (sign === '[') return array(path, depth);
    const scalar = take(STRING) ?? take(NUMBER) ?? take(WORD);
    return scalar === undefined ? fail() : JSON.parse(scalar);
  }

  function object(path: string, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    list('{', '}', () => {
      const key = JSON.parse(take(STRING) ?? fail()) as string;
      skipSpace();
      expect(':');
      entries.push([key, value(join(path, key), depth + 1)]);
    });
    return Object.fromEntries(entries);
  }

  function array(path: string, depth: number): unknown[] {
    const items: unknown[] = [];
    list('[', ']', () => items.push(value(join(path, items.length), depth + 1)));
    return items;
  }

  function list(open: string, close: string, item: () => unknown): void {
    expect(open);
    skipSpace();
    let isFirst = true;
    while (text[at] !== close) {
      if (!isFirst) expect(',');
      isFirst = false;
      skipSpace();
      item();
      skipSpace();
    }
    expect(close);
  }

  const whole = value('', 0);
  skipSpace();
  if (at < text.length) fail();
  return { value: whole, lines };
}

const join = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);

function lineOf(text: string, position: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
