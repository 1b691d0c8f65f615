/* What differs between two texts of the same kind in each run, and so says nothing. */

/** Tokens with a digit that are long, or short and hexadecimal, or short with a digit between letters; numbers, dates and times. */
const VARIABLE =
  /\b(?=[\w-]*\d)[\w-]{16,}\b|\b(?=[a-f]*\d)[\da-f]{6,}\b|\b(?=\w*[a-z]\d+[a-z])\w{6,}\b|\d+(?:[.,:T-]\d+)*/gi;

/** The text without the origin of its site. */
export const withoutSite = (text: string, site: string): string =>
  site === '' ? text : text.replaceAll(site, '');

/** The text without its ids, numbers and times, nor the origin of its site. */
export const withoutVariable = (text: string, site: string): string =>
  withoutSite(text, site).replace(VARIABLE, '#');
