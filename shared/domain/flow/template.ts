/*
 * Templates: `${inputs.order}` in a text of a step stands for a value of the run, and `$${` for `${` itself. Pure.
 */

/** What a run has values of. */
const ROOTS = ['inputs', 'results', 'answers', 'secrets', 'totp', 'run'] as const;
type Root = (typeof ROOTS)[number];

/** What a template names: `${results.order.total}` is the total of the result `order`. */
export interface TemplateReference {
  root: Root;
  /** At least one name. */
  path: readonly string[];
}

/** Names of inputs, results, fields of answers, and secrets. */
export const VALUE_NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const INNER_NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** The only fields that these have; of the others anything may be named that their values could have. */
const FIELDS: Partial<Record<Root, readonly string[]>> = {
  secrets: ['username', 'password'],
  totp: [],
  answers: [],
};
const RUN_FIELDS: readonly string[] = ['id'];

const written = ({ root, path }: TemplateReference): string => `\${${[root, ...path].join('.')}}`;

/** The text as its literal parts and its references; undefined if a `${` begins nothing that can have a value. */
export function parseTemplate(text: string): (string | TemplateReference)[] | undefined {
  const parts: (string | TemplateReference)[] = [];
  let literal = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('${', at);
    if (open < 0) break;
    if (open > at && text[open - 1] === '$') {
      literal += `${text.slice(at, open - 1)}\${`;
      at = open + 2;
      continue;
    }
    const close = text.indexOf('}', open);
    const reference = close < 0 ? undefined : referenceOf(text.slice(open + 2, close));
    if (!reference) return undefined;
    literal += text.slice(at, open);
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(reference);
    at = close + 1;
  }
  literal += text.slice(at);
  if (literal !== '') parts.push(literal);
  return parts;
}

function referenceOf(inside: string): TemplateReference | undefined {
  const [root, ...path] = inside.split('.');
  const [name] = path;
  if (!isRoot(root) || name === undefined) return undefined;
  if (root === 'run') return path.length === 1 && RUN_FIELDS.includes(name) ? { root, path } : undefined;
  if (!VALUE_NAME.test(name)) return undefined;
  const known = FIELDS[root];
  const inner = path.slice(1);
  if (known && (inner.length > 1 || !inner.every((one) => known.includes(one)))) return undefined;
  return inner.every((one) => INNER_NAME.test(one)) ? { root, path } : undefined;
}

const isRoot = (text: string | undefined): text is Root => ROOTS.some((root) => root === text);

/** How a value stands inside a text: as it is, encoded as a part of a URL, or as a literal of a regular expression. */
export type TextPlace = 'text' | 'url' | 'pattern';

/** The value of a reference; undefined if it has none. */
export type ValueLookUp = (reference: TemplateReference) => unknown;

/** A template that names a value which there is not. */
export class MissingValue extends Error {
  readonly code = 'missing_value';
  readonly reference: TemplateReference;
  constructor(reference: TemplateReference) {
    super(`${written(reference)} has no value`);
    this.reference = reference;
  }
}

/** @throws MissingValue */
export function fillText(text: string, place: TextPlace, lookUp: ValueLookUp): string {
  const parts = parseTemplate(text) ?? [text];
  if (place === 'url' && parts.length === 1 && typeof parts[0] !== 'string')
    return shown(valueIn(parts[0]!, lookUp));
  return parts.map((part) => (typeof part === 'string' ? part : inside(part, place, lookUp))).join('');
}

/** The value itself of a text that is one reference and nothing else, else the text filled in. @throws MissingValue */
export function fillValue(text: string, lookUp: ValueLookUp): unknown {
  const parts = parseTemplate(text) ?? [text];
  const [only] = parts;
  return parts.length === 1 && only !== undefined && typeof only !== 'string'
    ? valueIn(only, lookUp)
    : fillText(text, 'text', lookUp);
}

function valueIn(reference: TemplateReference, lookUp: ValueLookUp): unknown {
  const value = lookUp(reference);
  if (value === undefined) throw new MissingValue(reference);
  return value;
}

function inside(reference: TemplateReference, place: TextPlace, lookUp: ValueLookUp): string {
  const text = shown(valueIn(reference, lookUp));
  if (place === 'url') return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\ufffd'));
  return place === 'pattern' ? text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`) : text;
}

/** A value as text: nothing for null, JSON for lists and objects. */
const shown = (value: unknown): string => {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** What is at this path in a value; undefined if there is nothing. Only own fields count. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}
