/* The names by which a selector asks for an element: ids, test ids, texts, roles with a name. What it cannot read, it leaves. Pure. */

export interface NameInSelector {
  kind: 'id' | 'attribute' | 'text' | 'has-text' | 'role';
  /** The attribute that holds it; empty of a text. */
  attribute: string;
  value: string;
  /** Where it stands in the selector. */
  from: number;
  to: number;
  role?: string;
}

const LONGEST_SELECTOR = 500;
/** So many names of one selector are looked for. */
const MOST_NAMES = 4;

const ATTRIBUTES = 'data-testid|data-test-id|data-test|data-qa|data-cy|name|aria-label|placeholder|title';
const QUOTED = `"([^"\\\\]*)"|'([^'\\\\]*)'`;
/** An engine that takes the rest of its part. */
const ENGINES: [pattern: RegExp, kind: NameInSelector['kind'], attribute?: string][] = [
  [new RegExp(`^text=(?:${QUOTED}|(.+))$`), 'text'],
  [new RegExp(`^(?:${QUOTED})$`), 'text'],
  [/^id=(.+)$/, 'id', 'id'],
  [/^data-testid=(.+)$/, 'attribute', 'data-testid'],
];
const ROLE = new RegExp(`^role=(\\w+)\\[name=(?:${QUOTED})(?: [is])?\\]$`);
const CSS = new RegExp(
  `#([\\w-]+)|\\[(${ATTRIBUTES})=(?:${QUOTED}|([\\w-]+))\\]|:(has-text|text|text-is)\\((?:${QUOTED})\\)|\\[[^\\]]*\\]|"[^"]*"|'[^']*'`,
  'g',
);

export function namesIn(selector: string): NameInSelector[] {
  if (selector.length > LONGEST_SELECTOR) return [];
  const names: NameInSelector[] = [];
  let at = 0;
  for (const part of selector.split('>>')) {
    const begin = at + part.search(/\S|$/);
    names.push(...namesOf(part.trim(), begin));
    at += part.length + 2;
  }
  return names.slice(0, MOST_NAMES);
}

function namesOf(part: string, from: number): NameInSelector[] {
  const whole = { from, to: from + part.length };
  const [, role, one, other] = ROLE.exec(part) ?? [];
  if (role !== undefined) return [{ kind: 'role', attribute: '', value: one ?? other ?? '', role, ...whole }];
  for (const [pattern, kind, attribute = ''] of ENGINES) {
    const value = pattern
      .exec(part)
      ?.slice(1)
      .find((group) => group !== undefined);
    if (value !== undefined) return [{ kind, attribute, value, ...whole }];
  }
  // Other engines, and paths.
  if (/^(?:[\w:-]+=|\/\/|\.\.)/.test(part)) return [];
  return [...part.matchAll(CSS)].flatMap((match) => nameOf(match, from));
}

function nameOf(match: RegExpExecArray, begin: number): NameInSelector[] {
  const [text, id, attribute, ...rest] = match;
  const place = { from: begin + match.index, to: begin + match.index + text.length };
  if (id !== undefined) return [{ kind: 'id', attribute: 'id', value: id, ...place }];
  const value = (attribute === undefined ? rest.slice(4) : rest.slice(0, 3)).find((one) => one !== undefined);
  if (value === undefined) return [];
  return attribute === undefined
    ? [{ kind: 'has-text', attribute: '', value, ...place }]
    : [{ kind: 'attribute', attribute, value, ...place }];
}

/** The selector with another name in that place, then the name alone. */
export function withName(selector: string, name: NameInSelector, value: string): string[] {
  const written = writtenAs(name, value);
  const inPlace = selector.slice(0, name.from) + written + selector.slice(name.to);
  const alone = name.kind === 'has-text' ? `text=${quoted(value)}` : written;
  return inPlace === alone ? [alone] : [inPlace, alone];
}

function writtenAs({ kind, attribute, role }: NameInSelector, value: string): string {
  if (kind === 'id') return /^[A-Za-z_-][\w-]*$/.test(value) ? `#${value}` : `[id=${quoted(value)}]`;
  if (kind === 'attribute') return `[${attribute}=${quoted(value)}]`;
  if (kind === 'role') return `role=${role}[name=${quoted(value)}]`;
  return kind === 'text' ? `text=${quoted(value)}` : `:has-text(${quoted(value)})`;
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
