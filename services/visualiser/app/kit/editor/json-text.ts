import { type Node, type ParseError, parseTree } from 'jsonc-parser';

/** JSON with the places where its values stand, so that a problem can be shown beside the field that has it. */
export interface JsonText {
  value: unknown;
  /** The line, from 0, of each value by its path, e.g. `steps.3.url`. The whole text has the path ``. */
  lines: Map<string, number>;
}

/** A text that `JSON.parse` refuses, or that is nested absurdly deep. */
export class JsonTextError extends Error {
  readonly code = 'not_json';
  /** Where it stops being JSON. */
  readonly line: number;
  /** What stands there; empty at the end. */
  readonly found: string;
  constructor(text: string, position: number) {
    const found = text.slice(position, position + 1);
    super(`unexpected ${found || 'end'} at ${position}`);
    this.line = text.slice(0, position).split('\n').length - 1;
    this.found = found;
  }
}

/** @throws JsonTextError */
export function readJsonText(given: string): JsonText {
  const text = given.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  try {
    const tree = parseTree(text, errors, { disallowComments: true });
    return { value: JSON.parse(text), lines: linesOf(text, tree) };
  } catch {
    throw new JsonTextError(text, errors[0]?.offset ?? 0);
  }
}

function linesOf(text: string, tree: Node | undefined): Map<string, number> {
  const lines = new Map<string, number>();
  let line = 0;
  let lineEnd = text.indexOf('\n');
  /** Values come in their order, so a long text is gone through once. */
  function add({ offset, type, children = [] }: Node, path: string): void {
    for (; lineEnd >= 0 && lineEnd < offset; lineEnd = text.indexOf('\n', lineEnd + 1)) line += 1;
    lines.set(path, line);
    for (const [index, child] of children.entries()) {
      const [key, value] = type === 'object' ? (child.children ?? []) : [{ value: index }, child];
      if (key && value) add(value, path === '' ? String(key.value) : `${path}.${key.value}`);
    }
  }
  if (tree) add(tree, '');
  return lines;
}
