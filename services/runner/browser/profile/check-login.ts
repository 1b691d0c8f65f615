import type { ProfileStaleWhy } from '#shared/domain/events/profile-stale.ts';
import { type Loading, load } from '../page/load.ts';
import { raceSignal } from '../race.ts';

export interface LoginCheck {
  /** Resolved against the flow's `baseUrl`. */
  url: string;
  /** A selector. */
  visible: string;
}

/** How long its page may take, and what should be visible on it, ms: together less than the machine gives a browser to start. */
const LOAD_MS = 15_000;
const VISIBLE_MS = 5_000;

/** Why the login of a page does not last; undefined if it does. Rejects with the reason of the signal. */
export async function checkLogin(
  { url, visible }: LoginCheck,
  baseUrl: string,
  at: Pick<Loading, 'page' | 'navigation' | 'signal'>,
): Promise<Extract<ProfileStaleWhy, 'not_loaded' | 'not_visible'> | undefined> {
  const { page, signal } = at;
  const failed =
    <Why>(why: Why) =>
    () => {
      signal.throwIfAborted();
      return why;
    };
  const loading = load(new URL(url, baseUrl).href, { ...at, timeout: LOAD_MS });
  const isLoaded = await loading.then(() => true as const, failed(false as const));
  if (!isLoaded) return 'not_loaded';
  const seen = page.locator(visible).first().waitFor({ state: 'visible', timeout: VISIBLE_MS });
  return raceSignal(seen, signal).then(() => undefined, failed('not_visible' as const));
}
