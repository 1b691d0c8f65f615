/*
 * What a `verify` step claims of its page: looked at again and again until it holds or the time is over. Owns no state.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { Step } from '#shared/flow/step.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import { StepFailure } from './errors.ts';

type Claims = Extract<Step, { action: 'verify' }>;

interface Look {
  page: Page;
  signal: AbortSignal;
  /** ms. */
  timeout: number;
}

/** Between two looks, ms. */
const PAUSE_MS = 100;

interface Condition {
  /** What is claimed, in words for who wrote the flow. */
  claim: string;
  holds(): Promise<boolean>;
  /** May also stand in what is read out of the page. */
  text?: string;
}

/** @throws StepFailure with what does not hold; Playwright's error if a selector is none */
export async function verify(claims: Claims, { page, signal, timeout }: Look): Promise<void> {
  const end = performance.now() + timeout;
  const conditions = conditionsOf(claims, page);
  const needed = claims.mustAll ? conditions.length : 1;
  const isMet = (unmet: readonly Condition[]) => conditions.length - unmet.length >= needed;
  let unmet: Condition[] | undefined;
  for (;;) {
    const look = unmetOf(conditions, signal);
    // A page that does not answer the first look in time has told nothing: then the step is out of time.
    if (unmet && !(await settlesWithin(look, end - performance.now()))) break;
    unmet = await look;
    if (isMet(unmet)) return;
    const unread = unreadOf(unmet, page, { signal, timeout: Math.max(1, end - performance.now()) });
    // To read out a large page may take long.
    if (!(await settlesWithin(unread, end - performance.now()))) break;
    unmet = await unread;
    if (isMet(unmet)) return;
    if (performance.now() + PAUSE_MS >= end) break;
    await delay(PAUSE_MS, undefined, { signal });
  }
  const what = needed === conditions.length ? 'not met' : 'none is met';
  throw new StepFailure(`${what}: ${unmet.map(({ claim }) => claim).join(', ')}`);
}

async function unmetOf(conditions: readonly Condition[], signal: AbortSignal): Promise<Condition[]> {
  const unmet: Condition[] = [];
  for (const condition of conditions) {
    signal.throwIfAborted();
    if (!(await condition.holds())) unmet.push(condition);
  }
  return unmet;
}

/** The conditions that the accessibility tree does not fulfil either. */
async function unreadOf(
  unmet: Condition[],
  page: Page,
  call: { signal: AbortSignal; timeout: number },
): Promise<Condition[]> {
  if (unmet.every(({ text }) => text === undefined)) return unmet;
  const tree = loose(await page.ariaSnapshot(call).catch(nothing));
  return unmet.filter(({ text }) => text === undefined || !tree.includes(loose(text)));
}

function conditionsOf(
  { textIncludes = [], selectorVisible = [], urlIncludes = [] }: Claims,
  page: Page,
): Condition[] {
  return [
    ...textIncludes.map((text) => ({ claim: `text "${text}"`, text, holds: () => shows(page, text) })),
    ...selectorVisible.map((selector) => ({
      claim: `selector ${selector}`,
      holds: () => page.locator(selector).first().isVisible(),
    })),
    ...urlIncludes.map((part) => ({
      claim: `address "${part}"`,
      holds: async () => loose(page.url()).includes(loose(part)),
    })),
  ];
}

/** Whether its texts have it, however they are divided among elements, or its title or its address. */
async function shows(page: Page, text: string): Promise<boolean> {
  const named = [page.url(), await page.title().catch(nothing)];
  if (named.some((one) => loose(one).includes(loose(text)))) return true;
  return page.getByText(text).filter({ visible: true }).first().isVisible();
}

/** A page that is between two documents has neither title nor tree. */
const nothing = () => '';

const loose = (text: string) => text.replace(/\s+/g, ' ').toLowerCase();
