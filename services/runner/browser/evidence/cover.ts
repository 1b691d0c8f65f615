import type { Frame, Locator, Page } from 'playwright';
import { formsOf, headOf } from '#shared/domain/flow/forms.ts';
import { SHORTEST_SECRET } from '#shared/domain/flow/redact.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';

/** What to mask in screenshots of a page. */
export type Cover = (page: Page) => Promise<Locator[]>;

/** Everything that takes typed input. */
const FIELDS = 'input, textarea, select, [contenteditable]';
/** An element that shows a long value also shows its beginning. */
const LOOKED_FOR = 200;

/**
 * Masks every field of a page, in all its frames, and every element that shows one of the values, encoded or not.
 * Masks nothing if there are no values.
 */
export function createCover(values: readonly string[]): Cover {
  let texts: Promise<string[]> | undefined;
  return async (page) => {
    if (values.length === 0) return [];
    texts ??= textsOf(values);
    const known = await texts;
    const inFrame = (frame: Frame) => [frame.locator(FIELDS), ...known.map((text) => frame.getByText(text))];
    return page.frames().flatMap(inFrame);
  };
}

async function textsOf(values: readonly string[]): Promise<string[]> {
  const texts = new Set<string>();
  for (const value of values)
    for (const form of await inSlices(formsOf(value))) texts.add(headOf(form, LOOKED_FOR).trim());
  return [...texts].filter(({ length }) => length >= SHORTEST_SECRET);
}
