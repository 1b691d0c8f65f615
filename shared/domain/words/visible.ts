/**
 * What moves a cursor, or colours, reorders or hides the text around it, or is not seen itself; not the end of a line, nor what
 * joins letters of other scripts and pictures.
 */
const UNSEEN = /(?![\t\n\p{VS}])(?!(?<=\P{ASCII})[\u200c\u200d])[\p{Cc}\p{DI}\u2028\u2029]/gu;

/** A text from elsewhere: what would turn round or hide the sentence in which it stands is written as its code. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (unseen) => {
    const code = unseen.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
