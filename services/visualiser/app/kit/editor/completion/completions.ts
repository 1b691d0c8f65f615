/* What can be written at a place of a JSON text, by its schema. Pure. */
import { findNodeAtLocation, getLocation, type Location, type Node, parseTree } from 'jsonc-parser';
import { asSchema, type Schema, type SchemaDocument, schemasAt } from './schema-walk.ts';

export interface Completion {
  /** What is shown of it. */
  label: string;
  /** What its schema says of it. */
  about: string | undefined;
  /** What is written in place of what was typed. */
  text: string;
  /** How far into that the caret then stands. */
  caret: number;
}

export interface Completions {
  /** What is replaced. */
  from: number;
  to: number;
  items: Completion[];
}

const MOST = 60;

/** Undefined where there is nothing to choose from. */
export function completionsAt(
  text: string,
  offset: number,
  document: SchemaDocument,
): Completions | undefined {
  const location = getLocation(text, offset);
  const tree = parseTree(text);
  const range = rangeAt(text, offset, location);
  if (!range) return undefined;
  const typed = text.slice(range.from, offset).replace(/^"/, '').toLowerCase();
  const all = location.isAtPropertyKey
    ? fieldsAt(text, range, location, tree, document)
    : valuesAt(location, tree, document);
  const placeIn = ({ label }: Completion) => label.toLowerCase().indexOf(typed);
  const items = all
    .filter((one) => placeIn(one) >= 0)
    .toSorted((a, b) => Number(placeIn(a) > 0) - Number(placeIn(b) > 0))
    .slice(0, MOST);
  // What is typed in full needs no help.
  const isDone = items[0]?.text === text.slice(range.from, range.to);
  return items.length === 0 || isDone ? undefined : { ...range, items };
}

type Range = Pick<Completions, 'from' | 'to'>;

/** The string that the caret is in, or the word before it; undefined inside of other values. */
function rangeAt(
  text: string,
  offset: number,
  { previousNode, isAtPropertyKey }: Location,
): Range | undefined {
  const { type, offset: from = 0, length = 0 } = previousNode ?? {};
  if ((type === 'string' || type === 'property') && offset > from && offset < from + length)
    return { from, to: CLOSED.test(text.slice(offset, from + length)) ? from + length : offset };
  const isOpen = (type === 'string' || type === 'property') && offset === from + length && length > 0;
  if (isOpen && (length === 1 || text[offset - 1] !== '"')) return { from, to: offset };
  const word = /[\w$-]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  const before = text
    .slice(0, offset - word.length)
    .trimEnd()
    .at(-1);
  const isPlace = isAtPropertyKey ? before === '{' || before === ',' : /[:[,]/.test(before ?? '');
  return isPlace ? { from: offset - word.length, to: offset } : undefined;
}

/** The rest of a name up to its quote. A string that is not closed yet takes in what follows it. */
const CLOSED = /^[\w$.-]*"$/;

function fieldsAt(
  text: string,
  { to }: Range,
  { path, previousNode }: Location,
  tree: Node | undefined,
  document: SchemaDocument,
): Completion[] {
  const parent = path.slice(0, -1);
  const there = tree && findNodeAtLocation(tree, parent);
  const taken = new Set(
    (there?.children ?? [])
      .map((property) => property.children?.[0])
      .filter((key) => key !== undefined && key.offset !== previousNode?.offset)
      .map((key) => String(key?.value)),
  );
  const after = text.slice(to).trimStart();
  const fields = new Map<string, Schema[]>();
  for (const schema of schemasAt(document, tree, parent))
    for (const [name, field] of Object.entries(asSchema(schema.properties) ?? {}))
      if (!taken.has(name)) fields.set(name, [...(fields.get(name) ?? []), asSchema(field) ?? {}]);
  return [...fields].map(([name, forms]) => {
    const about = forms.map(aboutOf).find((one) => one !== undefined);
    const key = JSON.stringify(name);
    if (after.startsWith(':')) return { label: name, about, text: key, caret: key.length };
    const { text: value, caret } = templateOf(forms);
    const rest = after.startsWith('"') ? ',' : '';
    return { label: name, about, text: `${key}: ${value}${rest}`, caret: key.length + 2 + caret };
  });
}

/** What a field begins with, and where its value is typed. */
function templateOf([field = {}, ...others]: readonly Schema[]): { text: string; caret: number } {
  // The forms of an object differ by it: which it is, is chosen next.
  if (others.some((other) => other.const !== field.const)) return { text: '""', caret: 1 };
  if (field.const !== undefined) return whole(JSON.stringify(field.const));
  if (field.default !== undefined) return whole(JSON.stringify(field.default));
  switch (field.type) {
    case 'boolean':
      return whole('true');
    case 'array':
      return { text: '[]', caret: 1 };
    case 'object':
      return { text: '{}', caret: 1 };
    case 'integer':
    case 'number':
      return whole('');
    default:
      return field.type === 'string' || field.enum !== undefined ? { text: '""', caret: 1 } : whole('');
  }
}

const whole = (text: string) => ({ text, caret: text.length });

function valuesAt({ path }: Location, tree: Node | undefined, document: SchemaDocument): Completion[] {
  // The value that is being typed rules out none of the others.
  const parent = path.slice(0, -1);
  const name = path.at(-1);
  const schemas =
    name === undefined
      ? [document.root]
      : siblings(document, tree, parent, name).flatMap((schema) =>
          schemasAt({ ...document, root: schema }, undefined, []),
        );
  const values = new Map<string, Completion>();
  for (const schema of schemas)
    for (const value of valuesOf(schema)) {
      const written = JSON.stringify(value);
      const label = typeof value === 'string' ? value : written;
      if (!values.has(written))
        values.set(written, { label, about: aboutOf(schema), text: written, caret: written.length });
    }
  return [...values.values()];
}

function siblings(
  document: SchemaDocument,
  tree: Node | undefined,
  parent: Location['path'],
  name: string | number,
): Schema[] {
  const isChoice = typeof name === 'string' && hasConst(schemasAt(document, undefined, parent), name);
  return schemasAt(document, isChoice ? undefined : tree, parent).flatMap((schema) => {
    const inner = typeof name === 'number' ? schema.items : asSchema(schema.properties)?.[name];
    const found = asSchema(inner);
    return found ? [found] : [];
  });
}

/** The field by which the forms of an object differ. */
const hasConst = (schemas: readonly Schema[], name: string): boolean =>
  schemas.some((schema) => asSchema(asSchema(schema.properties)?.[name])?.const !== undefined);

function valuesOf({ const: only, enum: several, type, examples }: Schema): unknown[] {
  if (only !== undefined) return [only];
  if (Array.isArray(several)) return several;
  if (type === 'boolean') return [true, false];
  return Array.isArray(examples) ? examples : [];
}

const aboutOf = ({ description }: Schema): string | undefined =>
  typeof description === 'string' ? description : undefined;
