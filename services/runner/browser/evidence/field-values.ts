import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import type { Sliced } from '#shared/platform/async/in-slices.ts';

const LINES_AT_ONCE = 1_000;

/** A field of Playwright's tree: `- textbox "Name" [active]: Ada`, or its key in quotes; what follows is its value. */
const FIELD =
  /^(?<indent> *)- (?<key>(?<role>textbox|searchbox|spinbutton|combobox|slider)(?: "(?:[^"\\]|\\.)*")?(?: \[[^\]]*\])*|'(?<quoted>textbox|searchbox|spinbutton|combobox|slider)\b(?:[^']|'')*')(?<value>:.*)?$/;
const STARTS_FIELD = /^ *- '?(?:textbox|searchbox|spinbutton|combobox|slider)\b/;

/**
 * An accessibility tree without what is typed into its fields. What stands below a field that has several lines is its text,
 * but for its placeholder and the options of a list.
 */
export function* withoutFieldValues(tree: string): Sliced<string> {
  const shown: string[] = [];
  let within: { depth: number; hasOptions: boolean } | undefined;
  for (const [at, line] of tree.split('\n').entries()) {
    if (at % LINES_AT_ONCE === 0) yield;
    const depth = line.search(/[^ ]/);
    if (within && depth > within.depth) {
      shown.push(belowField(line, within.hasOptions));
      continue;
    }
    within = undefined;
    if (!STARTS_FIELD.test(line)) {
      shown.push(line);
      continue;
    }
    const { indent = '', key, role, quoted, value = '' } = FIELD.exec(line)?.groups ?? {};
    // Without a known form, nothing of it is known to be no value.
    if (key === undefined) shown.push(`${line.slice(0, depth)}- text: ${REDACTED}`);
    else {
      within = { depth, hasOptions: (role ?? quoted) === 'combobox' };
      shown.push(`${indent}- ${key}${value.length > 1 ? `: ${REDACTED}` : value}`);
    }
  }
  return shown.join('\n');
}

function belowField(line: string, hasOptions: boolean): string {
  const isShown = /^ *- \/placeholder: /.test(line) || (hasOptions && !/^ *- text: /.test(line));
  return isShown ? line : `${line.slice(0, line.search(/[^ ]/))}- text: ${REDACTED}`;
}
