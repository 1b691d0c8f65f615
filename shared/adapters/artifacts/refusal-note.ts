/*
 * An artifact that its store refuses for good has a note beside where it would be: the run tells of it, and only its runner
 * knows that it will not come. The note is one line, the answer of the store.
 */
const ENDS_WITH = '.refused.txt';

/** The name of the note for an artifact of this name. */
export const refusalNoteOf = (name: string): string => `${name}${ENDS_WITH}`;

export const isRefusalNote = (name: string): boolean => name.endsWith(ENDS_WITH);
