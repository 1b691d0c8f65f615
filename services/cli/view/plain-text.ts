import { stripVTControlCharacters } from 'node:util';

/** Control and format characters that move the cursor, colour, reorder or hide what stands beside them. */
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** One line of a text that a page or a server made, fit for a terminal. */
export const plainText = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\t\n\r\v\f\u2028\u2029]+/g, ' ')
    .replace(UNSEEN, '');

/** One line of JSON without any control character, the ones that JSON lets pass included. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    UNSEEN,
    (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
