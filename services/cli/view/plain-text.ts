import { stripVTControlCharacters } from 'node:util';

/** Control and format characters that move the cursor, or colour, reorder or hide text. */
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** Untrusted text as one line that is safe for a terminal. */
export const plainText = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\t\n\r\v\f\u2028\u2029]+/g, ' ')
    .replace(UNSEEN, '');

/** One line of JSON without control characters, including those that JSON allows unescaped. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    UNSEEN,
    (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
