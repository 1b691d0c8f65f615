/** What moves a cursor, or colours, reorders or hides the text around it; not what joins letters, nor the end of a line. */
const UNSEEN = /(?![\t\n])[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** A text from elsewhere: what would turn round or hide the sentence in which it stands is written as its code. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`);
