import { LONGEST } from '#shared/api/limits.ts';

interface NamedRow {
  /** The name of its flow. */
  flow: string;
  name?: string | undefined;
  inputs?: Readonly<Record<string, unknown>> | undefined;
}

const SEPARATOR = ' › ';
const LONGEST_VALUE = 40;
/** Room for ` (1000)`. */
const NUMBER = 7;

/**
 * A name for each test, which no other one of the batch has: its flow, and its row by name or by inputs. Reports and merge
 * requests know a test by it.
 */
export function testNames(rows: readonly NamedRow[]): string[] {
  const used = new Set<string>();
  /** How often each name was taken, so that a thousand rows of one name are not tried from the first on. */
  const times = new Map<string, number>();
  return rows.map((row) => {
    const name = nameOf(row);
    let n = times.get(name) ?? 1;
    let unique = name;
    for (; used.has(unique); n += 1) unique = `${cut(name, LONGEST.name - NUMBER)} (${n + 1})`;
    times.set(name, n);
    used.add(unique);
    return unique;
  });
}

function nameOf({ flow, name, inputs = {} }: NamedRow): string {
  const row = name || Object.entries(inputs).map(inWords).join(', ');
  return cut(row === '' ? flow : `${flow}${SEPARATOR}${row}`, LONGEST.name);
}

const inWords = ([name, value]: [string, unknown]): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${name}=${cut(text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' '), LONGEST_VALUE)}`;
};

/** No half of a surrogate pair is left at its end. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
