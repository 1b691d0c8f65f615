/* Where two texts differ, word by word. Pure. Loaded when a difference is shown. */
import { diffWordsWithSpace } from 'diff';

export interface DifferencePart {
  text: string;
  /** The other text does not have it. */
  differs: boolean;
}

export interface TextDifference {
  before: DifferencePart[];
  after: DifferencePart[];
}

export function textDifference(before: string, after: string): TextDifference {
  const parts = diffWordsWithSpace(before, after);
  return {
    before: parts.filter(({ added }) => !added).map(({ value, removed }) => part(value, removed)),
    after: parts.filter(({ removed }) => !removed).map(({ value, added }) => part(value, added)),
  };
}

const part = (text: string, differs: boolean): DifferencePart => ({ text, differs });
