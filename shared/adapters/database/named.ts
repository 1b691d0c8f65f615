import type { Values } from './sql.ts';

interface Numbered {
  text: string;
  /** The name of each value, in the order of their numbers. */
  names: string[];
}

const known = new Map<string, Numbered>();

/**
 * A statement with a number in place of each `:name`, as PostgreSQL takes it. Names let files share conditions, and work in
 * psql too. Throws if a value has no name in the text, or a name no value. Texts are constants, parsed once.
 */
export function numbered(text: string, values: Values): { text: string; values: unknown[] } {
  if (isList(values)) return { text, values: [...values] };
  const statement = known.get(text) ?? read(text);
  known.set(text, statement);
  const missing = statement.names.filter((name) => !Object.hasOwn(values, name));
  const unknown = Object.keys(values).filter((name) => !statement.names.includes(name));
  if (missing.length > 0) throw new Error(`a statement has no value for ${missing.join(', ')} (null is one)`);
  if (unknown.length > 0) throw new Error(`a statement does not say :${unknown.join(', :')}`);
  return { text: statement.text, values: statement.names.map((name) => values[name]) };
}

const isList = (values: Values): values is readonly unknown[] => Array.isArray(values);

/** Neither a cast (`::int`) nor what stands after a letter or digit, as in a time (`12:30`). */
const NAME = /(?<![:\w]):([a-zA-Z]\w*)/g;

function read(named: string): Numbered {
  const names: string[] = [];
  const text = named.replaceAll(NAME, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, names };
}
