import type { BrowserContext } from 'playwright';
import type { NotCarried } from '#shared/domain/run/not-carried.ts';

type FromPlaywright = Awaited<ReturnType<BrowserContext['storageState']>>;
/** Playwright's types leave out the databases. */
type StoredOrigin = FromPlaywright['origins'][number] & { indexedDB?: unknown };

export interface StoredStorage extends Pick<FromPlaywright, 'cookies'> {
  origins: StoredOrigin[];
}

/** What a page has that can be carried to another browser: as it is, so it is sealed before it is kept (I10). */
export interface PageState {
  /** Its address; missing if it was none of the web. */
  url?: string;
  /** Cookies, local storage and IndexedDB, in Playwright's form. */
  storage: StoredStorage;
  /** Session storage of the page, which belongs to its origin. */
  session?: Record<string, string>;
  /** Whose that is, where the address is missing. */
  sessionOrigin?: string;
}

export interface CapturedPage {
  page: PageState;
  notCarried: NotCarried[];
}

export interface CaptureLimits {
  /** How long the page may be asked, ms. */
  ms: number;
  /** How large the state may be, bytes of JSON. */
  bytes: number;
  /** How many origins besides the page's own are asked for their storage; each takes the time of a page. */
  otherOrigins: number;
  /** The passkeys of its virtual authenticator are taken, too. */
  passkeys?: boolean;
}
