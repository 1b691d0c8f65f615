/* Tables as CSV. Pure. */
import { cellOf, type ResultTable } from './result-table.ts';

/** Excel reads a file without it in the code page of its machine. */
const BYTE_ORDER_MARK = '\uFEFF';

/** RFC 4180: lines end with CRLF, and a cell with a comma, a quote or a line end is quoted. */
export function csvOf({ columns, rows }: ResultTable): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => cellOf(row, column)))];
  return BYTE_ORDER_MARK + lines.map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function cellText(value: unknown): string {
  const text = typeof value === 'string' ? withoutFormula(value) : otherText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const otherText = (value: unknown): string =>
  value === undefined || value === null ? '' : JSON.stringify(value);

/** What a spreadsheet begins a formula with, also after spaces and in the wide forms of East Asian scripts. */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;
const NUMBER = /^[+-]?\d+([.,]\d+)*$/;

/**
 * A text that a spreadsheet would calculate gets an apostrophe before it, which spreadsheets take as "this is text". A
 * number is harmless, and stays one.
 */
const withoutFormula = (text: string): string =>
  (FORMULA.test(text) && !NUMBER.test(text)) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
