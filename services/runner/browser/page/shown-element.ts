/* An element as it is named to people: its tag with what tells it from others, redacted, then cut (I10). Pure. */
import type { Redactor } from '#shared/domain/flow/redact.ts';

interface NamedElement {
  tag: string;
  /** Its attributes, by name. */
  names: readonly (readonly string[])[] | undefined;
}

/** UTF-16 units, of an attribute and of the whole. */
const LONGEST = { read: 2_000, name: 60, whole: 120 };

/** `<div id="cookie">`. One that has an id needs no more than that. */
export async function shownElement({ tag, names = [] }: NamedElement, redact: Redactor): Promise<string> {
  const shown: string[] = [];
  for (const [name = '', value = ''] of names) {
    if (!value || (shown.length > 0 && name !== 'role')) continue;
    const clean = await redact(String(value).slice(0, LONGEST.read), LONGEST.name);
    shown.push(` ${name}="${clean}${String(value).length > LONGEST.name ? '…' : ''}"`);
  }
  return `<${String(tag).slice(0, LONGEST.name)}${shown.join('')}>`.slice(0, LONGEST.whole).toWellFormed();
}

/** The elements that a line of Playwright's call log names, the one that was hit first. */
export function elementsIn(line: string): NamedElement[] {
  return [...line.matchAll(/<([\w-]+)((?:\s+[\w:.-]+(?:="[^"]*")?)*)\s*\/?>/g)].map(
    ([, tag = '', rest = '']) => ({
      tag,
      names: ['id', 'class', 'role'].map((name) => [
        name,
        new RegExp(`\\s${name}="([^"]*)"`).exec(rest)?.[1] ?? '',
      ]),
    }),
  );
}
