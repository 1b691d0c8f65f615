import type { Carries, NotCarried } from '#shared/domain/run/not-carried.ts';
import type { CapturedPage, PageState, StoredStorage } from './page-state.ts';

/** What is left out of a state that is too large, one after the other; what matters most stays longest. */
const LEAVES: readonly { what: Carries; without(page: PageState): PageState }[] = [
  {
    what: 'indexed_db',
    without: (page) => withOrigins(page, ({ indexedDB: _, ...origin }) => origin),
  },
  { what: 'local_storage', without: (page) => withOrigins(page, (one) => ({ ...one, localStorage: [] })) },
  { what: 'session_storage', without: ({ session: _, ...page }) => page },
  { what: 'cookies', without: (page) => ({ ...page, storage: { ...page.storage, cookies: [] } }) },
];

/** The state with as much as fits into `bytes` of JSON. */
export function fitted(page: PageState, notCarried: readonly NotCarried[], bytes: number): CapturedPage {
  let fits = page;
  const left = [...notCarried];
  for (const { what, without } of LEAVES) {
    const size = sizeOf(fits);
    if (size <= bytes) break;
    fits = without(fits);
    if (sizeOf(fits) < size && !left.some((one) => one.what === what)) left.push({ what, why: 'too_large' });
  }
  return { page: fits, notCarried: left };
}

const sizeOf = (page: PageState): number => Buffer.byteLength(JSON.stringify(page));

type Origin = StoredStorage['origins'][number];

const withOrigins = (page: PageState, of: (origin: Origin) => Origin): PageState => ({
  ...page,
  storage: { ...page.storage, origins: page.storage.origins.map(of) },
});
