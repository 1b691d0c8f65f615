/*
 * What a run's first page with a title is called: that is what people call a run that was given no name. Owns the title once
 * it is found, redacted (I10) and of bounded length. A page that does not tell it soon holds up no step.
 */
import type { Page } from 'playwright';
import { isHttpUrl } from '#shared/domain/flow/origin.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { untraced } from '../playwright-trace/untraced.ts';
import { raceSignal } from '../race.ts';

export interface PageTitle {
  readonly found: string | undefined;
  /** Looks for it after a step. Never rejects. */
  look(stop: AbortSignal): Promise<void>;
}

const WITHIN_MS = 250;
/** So many pages at most are asked. */
const MOST_LOOKS = 5;
/** UTF-16 units. */
const LONGEST = 120;
const LONGEST_READ = 5_000;

export function createPageTitle(page: Page, redact: Redactor): PageTitle {
  let found: string | undefined;
  let looks = 0;

  async function read(stop: AbortSignal): Promise<string> {
    const title = await raceSignal(
      untraced(page, () => page.title()),
      AbortSignal.any([stop, AbortSignal.timeout(WITHIN_MS)]),
    );
    const shown = (await redact(title, LONGEST_READ)).replace(/\s+/g, ' ').trim();
    return shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1).toWellFormed()}…` : shown;
  }

  return {
    get found() {
      return found;
    },
    async look(stop) {
      if (found !== undefined || looks >= MOST_LOOKS || !isHttpUrl(page.url())) return;
      looks += 1;
      // A page that is between two documents, busy or gone has no title now.
      found = (await read(stop).catch(() => undefined)) || undefined;
    },
  };
}
