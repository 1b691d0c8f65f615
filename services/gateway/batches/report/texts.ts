/* Texts of pages and people, as every report may have them. Pure. */
import { visible } from '#shared/domain/words/visible.ts';

/** The longest error of a report, in UTF-16 units. */
const LONGEST_ERROR = 4_000;
/** The longest text of one line. */
const LONGEST_LINE = 300;

/** No line end but `\n`, and nothing that XML forbids, that hides, or that is half a character. */
export const cleanText = (text: string): string =>
  visible(text.replace(/\r\n?/g, '\n').toWellFormed()).replace(/[\ufffe\uffff]/g, '\ufffd');

function cutText(text: string, longest: number): string {
  const clean = cleanText(text.slice(0, longest + 1));
  if (text.length <= longest && clean.length <= longest) return clean;
  return `${clean.slice(0, longest - 1).toWellFormed()}…`;
}

export const reportedText = (text: string): string => cutText(text, LONGEST_ERROR);

/** The text in one line. */
export const reportedLine = (text: string, longest = LONGEST_LINE): string =>
  cutText(text.slice(0, LONGEST_ERROR).replace(/\s+/g, ' ').trim(), longest);
