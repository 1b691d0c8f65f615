import type { Page } from 'playwright';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { messageOf } from '../failure.ts';
import { raceSignal } from '../race.ts';
import type { Navigation } from './navigation.ts';

/**
 * Chromium gives up the connections that it is opening whenever an interface of the machine comes or goes, such as that of
 * a container beside it, even if the way out is not affected. Nothing was sent yet, so the page is loaded again.
 */
const NETWORK_CHANGED = /net::ERR_NETWORK_CHANGED/;

export interface Loading {
  page: Page;
  navigation: Pick<Navigation, 'errorPageShown' | 'failureHeard'>;
  /** Aborts it; `timeout`, in ms, bounds it. */
  signal: AbortSignal;
  timeout: number;
}

/** Loads a page within `timeout` ms, however often the network changes meanwhile. */
export async function load(url: string, { page, navigation, signal, timeout }: Loading): Promise<void> {
  const end = performance.now() + timeout;
  const remaining = () => Math.max(1, end - performance.now());
  for (;;) {
    // That page may never come, which must not leave the address untried.
    await settlesWithin(raceSignal(navigation.errorPageShown(), signal), remaining() / 2);
    try {
      await page.goto(url, { signal, timeout: remaining(), waitUntil: 'domcontentloaded' });
      return;
    } catch (error) {
      if (!NETWORK_CHANGED.test(messageOf(error)) || signal.aborted || remaining() <= 1) throw error;
      await navigation.failureHeard();
    }
  }
}
