import type { Frame, Locator, Page } from 'playwright';
import { formsOf, headOf } from '#shared/domain/flow/forms.ts';
import { SHORTEST_SECRET } from '#shared/domain/flow/redact.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';

/** What to mask in screenshots of a page. */
export type Cover = (page: Page) => Promise<Locator[]>;

/** Everything that takes typed input. */
export const FIELDS = 'input, textarea, select, [contenteditable]';
/** An element that shows a long value also shows its beginning. */
const LOOKED_FOR = 200;

/** What a run's pictures must not show. */
interface Marked {
  readonly marked: ReadonlySet<string>;
  readonly hidesFields: boolean;
}

/** The texts that pictures must not show, as far as they are known by now. */
export type KnownTexts = () => Promise<ReadonlySet<string>>;

export function createKnownTexts({ marked }: Pick<Marked, 'marked'>): KnownTexts {
  const texts = new Map<string, Promise<string[]>>();
  return async () => {
    for (const value of marked) if (!texts.has(value)) texts.set(value, textsOf(value));
    return new Set((await Promise.all(texts.values())).flat());
  };
}

/**
 * Masks every field of a page, in all its frames, and every element that shows one of the values that are known by then,
 * encoded or not. Masks nothing if the flow has no such values.
 */
export function createCover(secrets: Marked): Cover {
  const known = createKnownTexts(secrets);
  return async (page) => {
    if (!secrets.hidesFields) return [];
    const texts = [...(await known())];
    const inFrame = (frame: Frame) => [frame.locator(FIELDS), ...texts.map((text) => frame.getByText(text))];
    return page.frames().flatMap(inFrame);
  };
}

async function textsOf(value: string): Promise<string[]> {
  const forms = await inSlices(formsOf(value));
  const texts = forms.map((form) => headOf(form, LOOKED_FOR).trim());
  return texts.filter(({ length }) => length >= SHORTEST_SECRET);
}
