/*
 * What the clocks of a run's sites say beside ours, by the `Date` of their documents: a site whose clock is wrong refuses
 * codes that are right. Owns the last difference of each origin.
 */
import type { Page } from 'playwright';

export interface SiteClock {
  /** In words, if the clock of any of these differs so that codes may fail; undefined if none does. */
  skewAt(origins: ReadonlySet<string>): string | undefined;
}

/** Less is made by the network and by a `Date` in whole seconds, ms. */
const NOTABLE_MS = 5_000;

/** `now`: the database's time, epoch ms. */
export function watchSiteClock(page: Page, now: () => number): SiteClock {
  const skews = new Map<string, number>();
  page.on('response', (response) => {
    const { date, age } = response.headers();
    const origin = URL.parse(response.url())?.origin;
    if (date === undefined || age !== undefined || origin === undefined) return;
    const skew = Date.parse(date) - now();
    if (response.request().isNavigationRequest() && Number.isFinite(skew)) skews.set(origin, skew);
  });
  return {
    skewAt(origins) {
      for (const origin of origins) {
        const skew = skews.get(origin) ?? 0;
        if (Math.abs(skew) <= NOTABLE_MS) continue;
        const seconds = Math.round(Math.abs(skew) / 1_000);
        return `the clock of ${origin} is ${seconds} s ${skew > 0 ? 'ahead' : 'behind'}, which its one-time codes depend on`;
      }
      return undefined;
    },
  };
}
