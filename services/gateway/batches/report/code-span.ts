/* Texts from elsewhere in Markdown. Pure. */
import { reportedLine } from './texts.ts';

/**
 * The text in one line as code. Nothing of code is read as a link, a picture, HTML, a mention or the number of an issue, and it
 * ends only where as many backticks stand as it begins with.
 */
export function codeSpan(text: string, longest: number): string {
  const line = reportedLine(text, longest) || '(empty)';
  const runs = line.match(/`+/g)?.map(({ length }) => length) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  return runs.length === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/** `words`, which are Markdown already, as a link where there is an address. */
export const markdownLink = (words: string, url: string | undefined): string =>
  url === undefined ? words : `[${words}](${destination(url)})`;

/** Only what ends no destination of a link, nor is read as an escape or an entity. */
const destination = (url: string): string =>
  url
    .toWellFormed()
    .replace(/[^\w\-.~:/?#[\]@!$&'*+,;=%]/gu, (character) =>
      /[()]/.test(character) ? `%${character.charCodeAt(0).toString(16)}` : encodeURIComponent(character),
    )
    .replaceAll('&', '&amp;');
