/*
 * Checks the page while a step waits: how many elements match, and what keeps the first from being used. Owns at most one
 * check at a time, however many watchers ask (I13), and when it began: a page whose script is busy does not answer it. Nor
 * does one whose process has no turn on a busy machine, so the browser is asked, too, how long its pages have computed. The
 * step's own call and its end are separate messages to the browser, which a check does not hold up.
 */
import type { Page } from 'playwright';
import type { PageLook } from '#shared/bus/command.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import { isErrorPage, type Navigation } from './navigation.ts';

/** `key`: what is looked at, since another step has another selector. */
export type LookAtPage = (key: string, selector: string | undefined) => Promise<PageLook>;

/** A page that takes longer to answer is busy, ms. */
const BUSY_MS = 500;
/** And one that has computed for so long meanwhile, ms: a check takes a few, and is done then if it has had a turn. */
const BUSY_CPU_MS = 50;
/** How often that is asked while the page does not answer, ms. */
const MEASURE_MS = 50;
/** For so long an answer is good for everybody, ms. */
const GOOD_MS = 1_000;

const LOADING: PageLook = { answers: true, loading: true };

interface Question {
  key: string;
  at: number;
  answer: Promise<PageLook>;
  /** Undefined while the page has not answered. */
  answeredAt?: number;
  /** Its page has computed for too long since then. */
  hasComputed: boolean;
}

/** `now`: epoch ms. */
export function createLookAtPage(
  page: Page,
  navigation: Pick<Navigation, 'pending'>,
  now: () => number,
): LookAtPage {
  let last: Question | undefined;

  const ask = (key: string, selector: string | undefined): Question => {
    const question: Question = { key, at: now(), answer: probe(page, selector), hasComputed: false };
    void question.answer.finally(() => {
      question.answeredAt = now();
    });
    void measure(page, question);
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
    return asked.hasComputed && !isErrorPage(page) ? { answers: false, since: at } : { answers: true };
  };
}

/** Until the page has answered, or has computed for too long. Never rejects. */
async function measure(page: Page, question: Question): Promise<void> {
  const isAnswered = () => settlesWithin(question.answer, MEASURE_MS);
  try {
    if (await isAnswered()) return;
    const before = await rendererTimes(page);
    while (!question.hasComputed && !(await isAnswered())) {
      const times = await rendererTimes(page);
      question.hasComputed = [...times].some(([pid, ms]) => ms - (before.get(pid) ?? ms) >= BUSY_CPU_MS);
    }
  } catch {
    // The browser is gone, and with it the page.
  }
}

/** Processor time of the processes that have a browser's pages, ms by pid. */
async function rendererTimes(page: Page): Promise<ReadonlyMap<number, number>> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    return new Map(renderers.map(({ id, cpuTime }) => [id, cpuTime * 1_000]));
  } finally {
    await session.detach();
  }
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
