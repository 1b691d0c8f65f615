import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { StorageFailure } from '../errors.ts';
import { messageOf } from '../failure.ts';
import type { Cover } from './cover.ts';
import { withoutFieldValues } from './field-values.ts';

/** Longest accessibility tree stored, in UTF-16 units; a longer one is cut and ends with a line that says so. */
export const LONGEST_A11Y = 200_000;

const COVER_COLOUR = '#1d2433';
/** What is under it is still read. */
const MARK_COLOUR = 'rgb(255 60 60 / 25%)';

export interface PageCall {
  signal: AbortSignal;
  timeout: number;
}

export interface PictureCall extends PageCall {
  /** The element that it points at, unless something has to be covered. */
  mark: string | undefined;
}

/**
 * Passes a screenshot of the viewport to `keep`, and resolves with its path. @throws StorageFailure if it cannot be
 * stored
 */
export async function saveScreenshot(
  page: Page,
  keep: (picture: Uint8Array) => Promise<string>,
  cover: Cover,
  call: PictureCall,
): Promise<string> {
  const picture = await capture(page, cover, call, 2);
  call.signal.throwIfAborted();
  return keep(picture).catch((cause: unknown) => {
    throw new StorageFailure('the picture', cause);
  });
}

/** Chromium refuses a screenshot of a window that has just navigated and not painted yet. */
async function capture(page: Page, cover: Cover, call: PictureCall, tries: number): Promise<Buffer> {
  const { signal, timeout, mark } = call;
  try {
    const covered = await cover(page);
    const marked = covered.length === 0 && mark !== undefined ? [page.locator(mark).first()] : [];
    const shown = marked.length > 0 ? MARK_COLOUR : COVER_COLOUR;
    return await page.screenshot({ signal, timeout, mask: [...covered, ...marked], maskColor: shown });
  } catch (error) {
    if (tries === 0 || call.signal.aborted || !/Unable to capture screenshot/.test(messageOf(error)))
      throw error;
    await delay(50, undefined, { signal: call.signal });
    return capture(page, cover, call, tries - 1);
  }
}

interface Readers {
  redact: Redactor;
  /** Nothing shows what is in a field. */
  hidesFields: boolean;
}

/** The page's accessibility tree as Playwright's YAML, redacted, then cut: never the other way round. */
export async function readA11y(
  page: Page,
  { redact, hidesFields }: Readers,
  call: PageCall,
): Promise<string> {
  const whole = await page.ariaSnapshot(call);
  const tree = hidesFields ? await inSlices(withoutFieldValues(whole), call.signal) : whole;
  const text = await redact(tree, LONGEST_A11Y, call.signal);
  return tree.length > LONGEST_A11Y ? `${text}\n# truncated: the tree has ${tree.length} characters` : text;
}
