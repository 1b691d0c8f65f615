/* Where what was found differs from what was expected. Pure. Loaded when an expectation has failed. */
import { diffWordsWithSpace } from 'diff';

export interface DifferencePart {
  text: string;
  /** The other text does not have it. */
  differs: boolean;
}

export interface Difference {
  expected: DifferencePart[];
  found: DifferencePart[];
}

/**
 * The parts of both texts, as events have them: `= "a text"`, as JSON. Only a text that was to be equal is compared part by
 * part; anything else differs as a whole.
 */
export function differenceOf({ expected, found }: { expected: string; found: string }): Difference {
  const [wanted, was] = [textIn(expected.replace(/^= /, '')), textIn(found)];
  if (!expected.startsWith('= ') || wanted === undefined || was === undefined) return whole(expected, found);
  const parts = diffWordsWithSpace(wanted, was);
  return {
    expected: parts.filter(({ added }) => !added).map(({ value, removed }) => part(value, removed)),
    found: parts.filter(({ removed }) => !removed).map(({ value, added }) => part(value, added)),
  };
}

const part = (text: string, differs: boolean): DifferencePart => ({ text, differs });

const whole = (expected: string, found: string): Difference => ({
  expected: [part(expected, false)],
  found: [part(found, false)],
});

/** The text of a JSON text, also of one that was cut in an event; undefined for anything else. */
function textIn(json: string): string | undefined {
  if (!json.startsWith('"')) return undefined;
  try {
    return JSON.parse(json) as string;
  } catch {
    return json.slice(1);
  }
}
