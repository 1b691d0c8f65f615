/*
 * What an `expect` step says of its page: Playwright's own assertions, which look until it is so; and comparisons of
 * numbers, which it has none for. Owns no state.
 */
import type { Frame, Locator, Page } from 'playwright';
import { readableFrame } from '../vault/unread.ts';
import { type Assertion, assertThat } from './assertion.ts';
import { type Expect, type Expectation, ExpectationFailure, expectedOf } from './expectation.ts';
import { lookUntil } from './look-until.ts';
import { numberIn } from './numbers.ts';

interface Call {
  signal: AbortSignal;
  /** ms. */
  timeout: number;
}

interface Looked {
  page: Page;
  baseUrl: string;
  /** A secret was typed: values of fields are not read in every document. */
  isRestricted: boolean;
}

/** @throws ExpectationFailure; Playwright's error if nothing can be looked at, as for a selector that is none */
export async function expectOfPage(
  posted: Expect,
  { page: whole, baseUrl, isRestricted, ...call }: Call & Looked,
): Promise<Expectation> {
  const { page, step } =
    isRestricted && posted.is === 'value' && posted.selector !== undefined
      ? await inReadableFrame(posted, posted.selector, whole, call)
      : { page: whole.mainFrame(), step: posted };
  const expectation = expectedOf(step);
  const isNumeric = step.gte !== undefined || step.lte !== undefined;
  if (isNumeric) return { ...expectation, found: await untilWithin(step, page, expectation, call) };
  const found = await assertThat(page, step.selector, assertionOf(step, baseUrl), call);
  call.signal.throwIfAborted();
  if (found.holds) return expectation;
  throw new ExpectationFailure(
    { ...expectation, ...(found.value !== undefined && { found: found.value }) },
    posted.selector,
  );
}

async function inReadableFrame(
  step: Expect,
  selector: string,
  page: Page,
  call: Call,
): Promise<{ page: Frame; step: Expect }> {
  const { frame, within } = await readableFrame(page, selector, call);
  return { page: frame, step: { ...step, selector: within } };
}

function assertionOf({ is, equals, contains, matches }: Expect, baseUrl: string): Assertion {
  if (is === 'count') return { is, number: Number(equals) };
  const wanted = matches ?? contains ?? equals;
  if (wanted === undefined) return { is };
  if (matches !== undefined) return { is, pattern: matches };
  const text = String(wanted);
  if (contains !== undefined) return { is, part: text };
  return { is, text: is === 'url' ? (URL.parse(text, baseUrl)?.href ?? text) : text };
}

/** What a number is, once it is within its bounds. */
function untilWithin(step: Expect, page: Frame, expectation: Expectation, call: Call): Promise<string> {
  const { gte = Number.NEGATIVE_INFINITY, lte = Number.POSITIVE_INFINITY } = step;
  return lookUntil(async () => {
    const found = await shownNumber(step, page.locator(step.selector ?? 'html'), call.signal);
    if (typeof found === 'number' && found >= gte && found <= lte) return String(found);
    throw new ExpectationFailure(
      { ...expectation, ...(found !== undefined && { found: String(found) }) },
      step.selector,
    );
  }, call);
}

/** The text itself, if it shows no number; undefined if there is no element. */
async function shownNumber(
  { is }: Expect,
  elements: Locator,
  signal: AbortSignal,
): Promise<number | string | undefined> {
  if (is === 'count') return elements.count();
  if ((await elements.count()) === 0) return undefined;
  signal.throwIfAborted();
  const at = elements.first();
  const text =
    is === 'value'
      ? await at.inputValue({ signal, timeout: 0 })
      : await at.textContent({ signal, timeout: 0 });
  return numberIn(text ?? '') ?? JSON.stringify(text);
}
