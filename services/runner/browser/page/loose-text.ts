/* Texts compared whatever their letters' case and the spaces between their words. Pure. */
import type { Sliced } from '#shared/platform/async/in-slices.ts';

export const loose = (text: string) => text.replace(/\s+/g, ' ').toLowerCase();

/** So few that a search takes no longer than a slice, however a text and what is searched repeat themselves. */
const UNITS_AT_ONCE = 4_096;

/** Which of the texts are in `whole`, which may be of any size. */
export function* textsIn(whole: string, texts: readonly string[]): Sliced<Set<string>> {
  const wanted = new Map(texts.map((text) => [text, loose(text)]));
  const longest = Math.max(...[...wanted.values()].map(({ length }) => length));
  const found = new Set<string>();
  let before = '';
  for (let from = 0; from < whole.length && wanted.size > 0; from += UNITS_AT_ONCE) {
    const next = loose(whole.slice(from, from + UNITS_AT_ONCE));
    // Spaces that the cut has divided are one.
    const part = before.endsWith(' ') && next.startsWith(' ') ? before + next.slice(1) : before + next;
    for (const [text, needle] of wanted) {
      if (part.includes(needle)) {
        found.add(text);
        wanted.delete(text);
      }
      yield;
    }
    before = part.slice(-longest);
  }
  return found;
}
