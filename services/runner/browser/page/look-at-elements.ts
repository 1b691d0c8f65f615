/* What keeps the first of the elements that match a selector from being used, as one question to the page. Owns no state. */
import type { Page } from 'playwright';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { untraced } from '../playwright-trace/untraced.ts';
import { shownElement } from './shown-element.ts';

/** What is known of the elements. */
export type ElementLook = Pick<
  Extract<PageLook, { answers: true }>,
  'matches' | 'hidden' | 'covered' | 'coveredBy' | 'moving' | 'disabled'
>;

/** Undefined of a page that is gone, or between two documents. Never rejects. */
export async function lookAtElements(
  page: Page,
  selector: string,
  redact: Redactor,
): Promise<ElementLook | undefined> {
  try {
    return await checked(await untraced(page, () => page.locator(selector).evaluateAll(inPage)), redact);
  } catch {
    return undefined;
  }
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}
/** What is used of the page's own types; this process has none of them. */
interface PageElement {
  localName: string;
  parentElement: PageElement | null;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): Box;
  getRootNode(): { elementFromPoint(x: number, y: number): PageElement | null };
  contains(other: PageElement): boolean;
  closest(selector: string): PageElement | null;
  matches(selector: string): boolean;
}
declare function getComputedStyle(element: PageElement): { visibility: string };
declare function requestAnimationFrame(call: () => void): void;

/** Runs in the page. An element moves if its box changes between two frames, as long as the page draws any. */
async function inPage(elements: PageElement[]): Promise<Answer> {
  const [first] = elements;
  if (!first) return { matches: 0 };
  const drawn = () =>
    new Promise<void>((resolve) => {
      requestAnimationFrame(() => resolve());
      setTimeout(resolve, 100);
    });
  await drawn();
  const before = first.getBoundingClientRect();
  await drawn();
  const box = first.getBoundingClientRect();
  const sides = ['left', 'top', 'width', 'height'] as const;
  const moving = sides.some((side) => before[side] !== box[side]);
  const hidden = box.width === 0 || box.height === 0 || getComputedStyle(first).visibility !== 'visible';
  const over = hidden
    ? null
    : first.getRootNode().elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const covered = over !== null && over !== first && !first.contains(over) && over.closest('label') === null;
  // The nearest one that has a name, up to what has both in it.
  let named = covered ? over : null;
  while (named && !named.getAttribute('id'))
    named = named.parentElement?.contains(first) ? null : named.parentElement;
  const cover = covered ? (named ?? over) : undefined;
  const names = cover && ['id', 'class', 'role'].map((name) => [name, cover.getAttribute(name) ?? '']);
  return {
    matches: elements.length,
    hidden,
    covered,
    moving,
    disabled: first.matches(':disabled'),
    ...(cover && { cover: { tag: cover.localName, names } }),
  };
}

interface Answer {
  matches: number;
  hidden?: boolean;
  covered?: boolean;
  moving?: boolean;
  disabled?: boolean;
  cover?: { tag: string; names: string[][] | undefined };
}

/** The page may have answered with anything. */
async function checked(answer: Answer, redact: Redactor): Promise<ElementLook | undefined> {
  const { matches, hidden, covered, moving, disabled, cover } = answer;
  if (!Number.isSafeInteger(matches) || matches < 0) return undefined;
  return {
    matches,
    hidden: hidden === true,
    covered: covered === true,
    ...(covered === true && cover && { coveredBy: await shownElement(cover, redact) }),
    moving: moving === true,
    disabled: disabled === true,
  };
}
