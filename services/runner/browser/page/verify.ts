/*
 * The conditions of a `verify` step, checked until they hold or the time is over. Owns no state. The title and the
 * accessibility tree are read out whole, on the runner that all runs share: so seldom, and compared in slices (I13).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { Step } from '#shared/domain/flow/step.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { StepFailure } from '../errors.ts';
import { withoutFieldValues } from '../evidence/field-values.ts';
import { messageOf } from '../failure.ts';
import { readUnlessTooLarge } from './flood-guard.ts';
import { loose, textsIn } from './loose-text.ts';
import { createReadingTimes } from './reading-times.ts';

type Claims = Extract<Step, { action: 'verify' }>;

interface Call {
  signal: AbortSignal;
  /** ms. */
  timeout: number;
}

/** The pause between two looks, ms. */
const PAUSE_MS = 100;

interface Read {
  page: Page;
  /** What is in a field is not compared. */
  hidesFields: boolean;
}

interface Condition {
  /** What is claimed, in words for who wrote the flow. */
  claim: string;
  holds(): Promise<boolean>;
  /** May also stand in what is read out of the page. */
  text?: string;
}

interface Unmet extends Condition {
  /** Why that is not known. */
  error?: unknown;
}

/** @throws StepFailure with what does not hold; Playwright's error if nothing can hold, such as for a selector that is none */
export async function verify(
  claims: Claims,
  { page, signal, timeout, hidesFields }: Call & Read,
): Promise<void> {
  const end = performance.now() + timeout;
  const left = () => end - performance.now();
  const conditions = conditionsOf(claims, page);
  const isEnough = !claims.mustAll;
  const reading = createReadingTimes(end);
  let isTooLarge = false;
  let unmet: readonly Unmet[] | undefined;
  for (;;) {
    const look = lookAt(conditions, isEnough, signal);
    // Without an answer to the first look there is nothing to report, so the step runs into its own timeout.
    if (unmet && !(await settlesWithin(look, left()))) break;
    unmet = await look;
    if (unmet.length === 0) return;
    const begun = performance.now();
    if (reading.isDue(begun) && unmet.some(({ text }) => text !== undefined)) {
      const call = { signal, timeout: Math.max(1, left()) };
      const read = readOut(unmet, { page, hidesFields }, { isEnough, isTooLarge, ...call });
      // To read out a large page may take long.
      if (!(await settlesWithin(read, left()))) break;
      const { rest, size, ...found } = await read;
      unmet = rest;
      if (unmet.length === 0) return;
      reading.done(begun, performance.now(), size);
      isTooLarge = found.isTooLarge;
    }
    if (left() <= PAUSE_MS) break;
    await delay(PAUSE_MS, undefined, { signal });
  }
  const what = isEnough && conditions.length > 1 ? 'none is met' : 'not met';
  throw new StepFailure(`${what}: ${unmet.map((one) => inWords(one, isTooLarge)).join(', ')}`);
}

/**
 * The conditions that do not hold; none if one that holds is enough. @throws what was thrown by one that is needed, or by
 * all of them
 */
async function lookAt(
  conditions: readonly Condition[],
  isEnough: boolean,
  signal: AbortSignal,
): Promise<Unmet[]> {
  const unmet: Unmet[] = [];
  for (const condition of conditions) {
    signal.throwIfAborted();
    try {
      if (!(await condition.holds())) unmet.push(condition);
      else if (isEnough) return [];
    } catch (error) {
      signal.throwIfAborted();
      if (!isEnough) throw error;
      unmet.push({ ...condition, error });
    }
  }
  const [first] = unmet;
  if (first && unmet.every(({ error }) => error !== undefined)) throw first.error;
  return unmet;
}

interface ReadOut {
  /** The conditions that neither the title nor the tree fulfils. */
  rest: readonly Unmet[];
  /** How many letters were read. */
  size: number;
  /** The tree, which is then not read again: what is asked of a browser in vain is sent all the same. */
  isTooLarge: boolean;
}

async function readOut(
  unmet: readonly Unmet[],
  { page, hidesFields }: Read,
  { isEnough, isTooLarge, ...call }: Call & { isEnough: boolean; isTooLarge: boolean },
): Promise<ReadOut> {
  const out: ReadOut = { rest: unmet, size: 0, isTooLarge };
  const readTree = () =>
    readUnlessTooLarge(page.context(), call.signal, async (signal) => {
      const tree = await page.ariaSnapshot({ ...call, signal });
      return hidesFields ? inSlices(withoutFieldValues(tree), signal) : tree;
    });
  for (const read of isTooLarge ? [() => page.title()] : [() => page.title(), readTree]) {
    const texts = out.rest.flatMap(({ text }) => text ?? []);
    if (texts.length === 0) break;
    const whole = await read().catch(nothing);
    if (whole === undefined) return { ...out, isTooLarge: true };
    out.size += whole.length;
    const found = await inSlices(textsIn(whole, texts), call.signal);
    if (isEnough && found.size > 0) return { ...out, rest: [] };
    out.rest = out.rest.filter(({ text }) => text === undefined || !found.has(text));
  }
  return out;
}

function conditionsOf(
  { textIncludes = [], selectorVisible = [], urlIncludes = [] }: Claims,
  page: Page,
): Condition[] {
  const isInAddress = (part: string) => loose(page.url()).includes(loose(part));
  return [
    ...textIncludes.map((text) => ({
      claim: `text "${text}"`,
      text,
      holds: async () => isInAddress(text) || (await shows(page, text)),
    })),
    ...selectorVisible.map((selector) => ({
      claim: `selector ${selector}`,
      holds: () => page.locator(selector).first().isVisible(),
    })),
    ...urlIncludes.map((part) => ({ claim: `address "${part}"`, holds: async () => isInAddress(part) })),
  ];
}

/** Whether its texts have it, however they are divided among elements. */
const shows = (page: Page, text: string) =>
  page.getByText(text).filter({ visible: true }).first().isVisible();

/** Not shortened: it is not redacted yet. */
function inWords({ claim, text, error }: Unmet, isTooLarge: boolean): string {
  if (error !== undefined)
    return `${claim} (${messageOf(error)
      .split('\n', 1)[0]!
      .replace(/^[\w.]+: /, '')})`;
  return text !== undefined && isTooLarge
    ? `${claim} (the accessibility tree is too large to be read)`
    : claim;
}

/** A page that is between two documents has neither title nor tree. */
const nothing = () => '';
