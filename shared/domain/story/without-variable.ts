/* What differs between two texts of the same kind in each run, and so says nothing. */

/** Tokens with a digit that are long, or short and hexadecimal; numbers, dates and times. */
const VARIABLE = /\b(?=[\w-]*\d)[\w-]{16,}\b|\b(?=[a-f]*\d)[\da-f]{6,}\b|\d+(?:[.,:T-]\d+)*/gi;

/** The text without its ids, numbers and times, nor the origin of its site. */
export const withoutVariable = (text: string, site: string): string =>
  (site === '' ? text : text.replaceAll(site, '')).replace(VARIABLE, '#');
