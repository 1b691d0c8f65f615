/*
 * What a page has that is nearly what a selector names: an id, a test id, a text or a role a few letters away. Each selector
 * matches exactly one element, and holds no secret (I10). Owns no state; bounded in time and number.
 */
import type { Page } from 'playwright';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { visible } from '#shared/domain/words/visible.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { untraced } from '../playwright-trace/untraced.ts';
import { raceSignal } from '../race.ts';
import { namesInPage } from './nearest-in-page.ts';
import { nearestNames } from './nearest-names.ts';
import { type NameInSelector, namesIn, withName } from './selector-names.ts';

const MOST = 3;
/** So many names that a page has are compared, and so many of the nearest searched for. */
const MOST_FOUND = 2_000;
const MOST_TRIED = 6;
/** UTF-16 units. */
const LONGEST = 200;

/** Never rejects; those that are found until `signal` is raised. */
export async function nearestSelectors(
  page: Page,
  selector: string,
  redact: Redactor,
  signal: AbortSignal,
): Promise<string[]> {
  const names = namesIn(selector);
  const found: string[] = [];
  if (names.length === 0) return found;
  const searching = untraced(page, () => search(page, { selector, names, redact, signal }, found));
  await raceSignal(searching, signal).catch(() => undefined);
  return [...found];
}

interface Wanted {
  selector: string;
  names: NameInSelector[];
  redact: Redactor;
  signal: AbortSignal;
}

async function search(
  page: Page,
  { selector, names, redact, signal }: Wanted,
  found: string[],
): Promise<void> {
  const asked = names.map(({ kind, attribute, value }) => ({ kind, attribute, value }));
  const inPage = await page.evaluate(namesInPage, asked);
  if (!Array.isArray(inPage)) return;
  const wanted = names.map(({ value }) => value);
  const near = await inSlices(nearestNames(wanted, inPage.slice(0, MOST_FOUND)), signal);
  for (const { of, value } of near.slice(0, MOST_TRIED)) {
    for (const candidate of withName(selector, names[of]!, value)) {
      signal.throwIfAborted();
      if (candidate === selector || found.includes(candidate)) continue;
      if (!(await mayBeShown(candidate, redact)) || (await countOf(page, candidate)) !== 1) continue;
      found.push(candidate);
      break;
    }
    if (found.length >= MOST) return;
  }
}

const mayBeShown = async (text: string, redact: Redactor): Promise<boolean> =>
  text.length <= LONGEST && visible(text) === text && (await redact(text)) === text;

/** What cannot be read as a selector matches nothing. */
const countOf = (page: Page, selector: string): Promise<number> =>
  page
    .locator(selector)
    .count()
    .catch(() => 0);
