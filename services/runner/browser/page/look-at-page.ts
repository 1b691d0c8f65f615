/*
 * Checks the page while a step waits: how many elements match, and what blocks the first. Owns one check at a time, for
 * all watchers (I13). Only an empty page's answer tells a page that is busy from a machine that is; no step is delayed.
 */
import type { Page } from 'playwright';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { emptyPageAnswers } from './empty-page.ts';
import { isErrorPage, type Navigation } from './navigation.ts';

/** `key`: what is looked at, since another step has another selector. */
export type LookAtPage = (key: string, selector: string | undefined) => Promise<PageLook>;

/** A page that takes longer to answer is busy, ms, if an empty page that is opened then answers before it. */
const BUSY_MS = 500;
/** When that is opened, ms. */
const COMPARE_MS = 200;
/** How long one answer serves all watchers, ms. */
const GOOD_MS = 1_000;

const LOADING: PageLook = { answers: true, loading: true };

interface Question {
  key: string;
  at: number;
  answer: Promise<PageLook>;
  /** Undefined while the page has not answered. */
  answeredAt?: number;
  /** Undefined while it is not compared; resolves to whether an empty page has answered. */
  comparing?: Promise<void> | undefined;
  isBusy: boolean;
}

/** `now`: epoch ms. */
export function createLookAtPage(
  page: Page,
  navigation: Pick<Navigation, 'pending'>,
  now: () => number,
): LookAtPage {
  let last: Question | undefined;

  const ask = (key: string, selector: string | undefined): Question => {
    const question: Question = { key, at: now(), answer: probe(page, selector), isBusy: false };
    void question.answer.finally(() => {
      question.answeredAt = now();
    });
    void settlesWithin(question.answer, COMPARE_MS).then((isSoon) => {
      // Before its document has come, a page that is asked for answers nothing.
      if (!isSoon && !navigation.pending && !isErrorPage(page))
        question.comparing ??= compare(page, question);
    });
    return question;
  };

  return async (key, selector) => {
    if (navigation.pending) return LOADING;
    const isGood = (known: Question) =>
      known.answeredAt === undefined || (known.key === key && now() - known.answeredAt < GOOD_MS);
    if (!last || !isGood(last)) last = ask(key, selector);
    const asked = last;
    const { answer, at } = asked;
    const left = Math.max(0, BUSY_MS - (now() - at));
    if (await settlesWithin(answer, left)) return answer;
    if (navigation.pending) return LOADING;
    if (isErrorPage(page)) return { answers: true };
    asked.comparing ??= compare(page, asked);
    return asked.isBusy ? { answers: false, since: at } : { answers: true };
  };
}

async function compare(page: Page, question: Question): Promise<void> {
  question.isBusy = await emptyPageAnswers(page.context().browser()!);
  if (!question.isBusy) question.comparing = undefined;
}

/** A page that is gone, or between two documents, has answered, but with nothing. */
async function probe(page: Page, selector: string | undefined): Promise<PageLook> {
  try {
    if (selector !== undefined) return checked(await page.locator(selector).evaluateAll(lookAtElements));
    await page.evaluate('0');
    return { answers: true };
  } catch {
    return { answers: true };
  }
}

/** What is used of the page's own types; this process has none of them. */
interface PageElement {
  getBoundingClientRect(): { left: number; top: number; width: number; height: number };
  getRootNode(): { elementFromPoint(x: number, y: number): PageElement | null };
  contains(other: PageElement): boolean;
  closest(selector: string): PageElement | null;
  matches(selector: string): boolean;
}
declare function getComputedStyle(element: PageElement): { visibility: string };

/** Runs in the page. */
function lookAtElements(elements: PageElement[]) {
  const [first] = elements;
  if (!first) return { matches: 0 };
  const box = first.getBoundingClientRect();
  const hidden = box.width === 0 || box.height === 0 || getComputedStyle(first).visibility !== 'visible';
  const over = hidden
    ? null
    : first.getRootNode().elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const covered = over !== null && over !== first && !first.contains(over) && over.closest('label') === null;
  return { matches: elements.length, hidden, covered, disabled: first.matches(':disabled') };
}

/** The page may have answered with anything. */
function checked(answer: {
  matches: unknown;
  hidden?: unknown;
  covered?: unknown;
  disabled?: unknown;
}): PageLook {
  const { matches, hidden, covered, disabled } = answer;
  if (!Number.isSafeInteger(matches) || Number(matches) < 0) return { answers: true };
  return {
    answers: true,
    matches: Number(matches),
    hidden: hidden === true,
    covered: covered === true,
    disabled: disabled === true,
  };
}
