/* Where what was found differs from what was expected. Pure. Loaded when an expectation has failed. */
import { type DifferencePart, textDifference } from '../../kit/difference/text-difference.ts';

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
  const { before, after } = textDifference(wanted, was);
  return { expected: before, found: after };
}

const whole = (expected: string, found: string): Difference => ({
  expected: [{ text: expected, differs: false }],
  found: [{ text: found, differs: false }],
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
