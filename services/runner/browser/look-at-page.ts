/*
 * What a page is like while a step waits on it. Owns at most one question to the page at a time, whoever asks and how
 * often (I13), and when it was asked: a page whose script is busy never answers, and says so by that. It disturbs
 * neither the step's own call nor its end: both are messages of their own to the browser.
 */
import type { Page } from 'playwright';
import type { PageLook } from '#shared/bus/command.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';

/** `key`: what is looked at, since another step has another selector. */
export type LookAtPage = (key: string, selector: string | undefined) => Promise<PageLook>;

/** A page that takes longer to answer is busy, ms. */
const BUSY_MS = 500;
/** For so long an answer is good for everybody, ms. */
const GOOD_MS = 1_000;

interface Question {
  key: string;
  at: number;
  answer: Promise<PageLook>;
  /** Undefined while the page has not answered. */
  answeredAt?: number;
}

/** `now`: epoch ms. */
export function createLookAtPage(page: Page, now: () => number): LookAtPage {
  let last: Question | undefined;

  const ask = (key: string, selector: string | undefined): Question => {
    const question: Question = { key, at: now(), answer: probe(page, selector) };
    const answered = () => {
      question.answeredAt = now();
    };
    question.answer.then(answered, answered);
    return question;
  };

  return async (key, selector) => {
    const isGood = (known: Question) =>
      known.answeredAt === undefined || (known.key === key && now() - known.answeredAt < GOOD_MS);
    if (!last || !isGood(last)) last = ask(key, selector);
    const { answer, at } = last;
    const left = Math.max(0, BUSY_MS - (now() - at));
    return (await settlesWithin(answer, left)) ? answer : { answers: false, since: at };
  };
}

/** A page that is gone, or between two documents, has answered, but with nothing. */
async function probe(page: Page, selector: string | undefined): Promise<PageLook> {
  try {
    if (selector !== undefined) return told(await page.locator(selector).evaluateAll(lookAtElements));
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

/** In the page. */
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
function told(answer: {
  matches: unknown;
  hidden?: unknown;
  covered?: unknown;
  disabled?: unknown;
}): PageLook {
  const { matches, hidden, covered, disabled } = answer;
  if (!Number.isSafeInteger(matches) || Number(matches) < 0) return { answers: true };
  return {
    ...{ answers: true, matches: Number(matches) },
    ...{ hidden: hidden === true, covered: covered === true, disabled: disabled === true },
  };
}
