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
}

/** @throws StepFailure with what does not hold; Playwright's error if a selector is none */
export async function verify(claims: Claims, { page, signal, timeout }: Look): Promise<void> {
  const end = performance.now() + timeout;
  const conditions = conditionsOf(claims, page);
  const needed = claims.mustAll ? conditions.length : 1;
  let unmet: Condition[] | undefined;
  for (;;) {
    const look = unmetOf(conditions, signal);
    // A page that does not answer the first look in time has told nothing: then the step is out of time.
    if (unmet && !(await settlesWithin(look, end - performance.now()))) break;
    unmet = await look;
    if (conditions.length - unmet.length >= needed) return;
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

function conditionsOf(
  { textIncludes = [], selectorVisible = [], urlIncludes = [] }: Claims,
  page: Page,
): Condition[] {
  return [
    ...textIncludes.map((text) => ({ claim: `text "${text}"`, holds: () => shows(page, text) })),
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

/** Whether its texts have it, however they are divided among elements, or what is read out of it, its title or address. */
async function shows(page: Page, text: string): Promise<boolean> {
  if (await page.getByText(text).filter({ visible: true }).first().isVisible()) return true;
  // A page that is between two documents has neither title nor tree.
  const nothing = () => '';
  const told = [page.url(), await page.title().catch(nothing), await page.ariaSnapshot().catch(nothing)];
  return told.some((one) => loose(one).includes(loose(text)));
}

const loose = (text: string) => text.replace(/\s+/g, ' ').toLowerCase();
