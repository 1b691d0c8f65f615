/* What a result of a run is for people: a table, a text, or a value as JSON. Pure; the values are texts of strangers. */
import { type Fields, isFields } from '#shared/platform/json/fields.ts';

export type ResultValues = Readonly<Record<string, unknown>>;

export interface ResultTable {
  columns: readonly string[];
  rows: readonly Fields[];
}

/** A list of objects with more different fields than these is no table, but JSON. */
const MOST_COLUMNS = 50;
/** A value that is nested deeper has no line for each part: its indentation could be many times its size. */
const MOST_DEPTH = 12;

export type ResultKind = 'text' | 'number' | 'boolean' | 'null' | 'table' | 'list' | 'object';

export function resultKindOf(value: unknown): ResultKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return tableOf(value) ? 'table' : 'list';
  if (typeof value === 'number' || typeof value === 'boolean') return typeof value as 'number' | 'boolean';
  return typeof value === 'string' ? 'text' : 'object';
}

/** A list of objects as a table, with a column for each field that one of them has; undefined for anything else. */
export function tableOf(value: unknown): ResultTable | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFields)) return undefined;
  const columns = new Set<string>();
  for (const row of value) {
    for (const name of Object.keys(row)) columns.add(name);
    if (columns.size > MOST_COLUMNS) return undefined;
  }
  return columns.size === 0 ? undefined : { columns: [...columns], rows: value };
}

/** The value of a cell; undefined if its row does not have the column. */
export const cellOf = (row: Fields, column: string): unknown =>
  Object.hasOwn(row, column) ? row[column] : undefined;

/** A value in the form in which it is shown: a text as it is, anything else as JSON. */
export function shownText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : jsonOf(value);
}

/** A value as JSON, with a line for each part unless it is nested deeply. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value, null, isShallow(value, MOST_DEPTH) ? 2 : undefined);

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return left > 0 && Object.values(value).every((one) => isShallow(one, left - 1));
}
