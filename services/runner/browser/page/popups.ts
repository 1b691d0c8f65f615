import type { BrowserContext, Page } from 'playwright';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { StepFailure } from '../errors.ts';
import { raceSignal } from '../race.ts';

/** The pages that a run's page has opened. */
export interface Popups {
  /** How many there have been. */
  readonly count: number;
  /** The one that was opened last, and is there. */
  readonly last: Page | undefined;
  /** The one that a step is done on: the last as it begins. Undefined if there is none. */
  take(): Page | undefined;
  /** The one that was taken last. */
  readonly taken: Page | undefined;
  /** @throws StepFailure if there is none */
  demand(): void;
  /** Why a step on that page could not go on; undefined if the page is there. */
  lost(page: Page): StepFailure | undefined;
  /** Resolves once one more than `before` was opened, and its document is there. @throws StepFailure after `ms` */
  opened(before: number, signal: AbortSignal, ms: number): Promise<void>;
}

const CLOSED = 'the page that was opened has closed';

export function watchPopups(context: BrowserContext, page: Page): Popups {
  const opened: Page[] = [];
  let count = 0;
  let come = Promise.withResolvers<void>();
  context.on('page', (popup) => {
    if (popup === page) return;
    count += 1;
    opened.push(popup);
    popup.once('close', () => opened.splice(opened.indexOf(popup), 1));
    come.resolve();
    come = Promise.withResolvers();
  });
  const last = () => opened.at(-1);
  let taken: Page | undefined;
  return {
    get count() {
      return count;
    },
    get last() {
      return last();
    },
    take() {
      taken = last();
      return taken;
    },
    get taken() {
      return taken;
    },
    demand() {
      if (last()) return;
      throw new StepFailure(count === 0 ? 'no other page is open' : CLOSED);
    },
    lost: (popup) => (popup !== page && popup.isClosed() ? new StepFailure(CLOSED) : undefined),
    async opened(before, signal, ms) {
      const end = performance.now() + ms;
      while (count === before) {
        const isHere = await settlesWithin(raceSignal(come.promise, signal), end - performance.now());
        signal.throwIfAborted();
        if (!isHere) throw new StepFailure('no other page was opened in time');
      }
      const timeout = Math.max(1, end - performance.now());
      await last()?.waitForLoadState('domcontentloaded', { signal, timeout });
    },
  };
}
