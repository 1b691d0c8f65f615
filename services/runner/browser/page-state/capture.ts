/*
 * Takes what can be carried of a run's page, within a time and a size, and says what was not taken. Owns which origins the
 * context has visited. What a page did not give in its time, or was too much, is not asked for again.
 */
import type { BrowserContext, Page } from 'playwright';
import { isHttpUrl } from '#shared/domain/flow/origin.ts';
import { type Carries, NEVER_CARRIED, type NotCarried } from '#shared/domain/run/not-carried.ts';
import { readUnlessTooLarge } from '../page/flood-guard.ts';
import { untraced } from '../playwright-trace/untraced.ts';
import { raceSignal } from '../race.ts';
import { fitted } from './fit.ts';
import type { CapturedPage, CaptureLimits, StoredStorage } from './page-state.ts';
import { type OwnItems, readItems, sizeOfDatabases } from './read-storage.ts';

/** What a page says of its storage; `databases`: undefined if they do not open. */
interface OwnStorage extends OwnItems {
  databases: number | undefined;
}

export interface PageCapture {
  /** Never rejects. */
  capture(limits: CaptureLimits): Promise<CapturedPage>;
}

/** `known`: origins whose storage the context began with. */
export const createPageCapture = (
  context: BrowserContext,
  page: Page,
  known: readonly string[] = [],
): PageCapture => {
  const capture = new Capture(context, page, known);
  return { capture: (limits) => capture.capture(limits) };
};

class Capture implements PageCapture {
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #origins: Set<string>;
  /** Why its databases are left out from now on, unless more is allowed than then. */
  #without: { why: NotCarried['why']; bytes: number } | undefined;

  constructor(context: BrowserContext, page: Page, known: readonly string[]) {
    this.#context = context;
    this.#page = page;
    this.#origins = new Set(known);
    const listen = (opened: Page) =>
      opened.on('framenavigated', (frame) => {
        if (isHttpUrl(frame.url())) this.#origins.add(new URL(frame.url()).origin);
      });
    listen(page);
    context.on('page', listen);
  }

  async capture({ ms, bytes, otherOrigins, passkeys = false }: CaptureLimits): Promise<CapturedPage> {
    const late = AbortSignal.timeout(ms);
    const notCarried = [...NEVER_CARRIED];
    const lacks = (what: Carries, why: NotCarried['why']) => notCarried.push({ what, why });
    if (this.#context.pages().length > 1) lacks('other_pages', 'never');
    const url = this.#page.url();
    const isOfWeb = isHttpUrl(url);
    if (!isOfWeb) lacks('address', 'never');
    const own = isOfWeb ? await this.#ownStorage(bytes, late) : undefined;
    const storage = await this.#storage(own, { bytes, otherOrigins, passkeys, late, lacks });
    if (isOfWeb && !own) lacks('session_storage', 'no_answer');
    if (own && !own.session) lacks('session_storage', 'too_large');
    const session = own?.session && Object.keys(own.session).length > 0 ? own.session : undefined;
    const page = { ...(isOfWeb && { url }), storage, ...(session && { session }) };
    return fitted(page, notCarried, bytes);
  }

  /** What the page says; undefined if it does not answer. */
  async #ownStorage(bytes: number, late: AbortSignal): Promise<OwnStorage | undefined> {
    const page = this.#page;
    const reading = untraced(page, async () => {
      const counting = page.evaluate(sizeOfDatabases, bytes).catch(() => undefined);
      const items = await page.evaluate(readItems, bytes);
      return { ...items, databases: await counting };
    });
    return raceSignal(reading, late).catch(() => undefined);
  }

  async #storage(
    own: OwnStorage | undefined,
    { bytes, otherOrigins, passkeys, late, lacks }: Asked,
  ): Promise<StoredStorage> {
    const others = new Set(this.#origins);
    const url = this.#page.url();
    if (isHttpUrl(url)) others.delete(new URL(url).origin);
    if (this.#without && bytes > this.#without.bytes) this.#without = undefined;
    const without = (why: NotCarried['why']) => {
      this.#without ??= { why, bytes };
    };
    if (own && own.databases === undefined) without('failed');
    if (own?.databases !== undefined && own.databases > bytes) without('too_large');
    const isAsked = own && others.size <= otherOrigins;
    const all = isAsked ? await this.#all(passkeys, late, without) : undefined;
    if (all && this.#without) lacks('indexed_db', this.#without.why);
    if (all) return all;
    lacks('indexed_db', this.#without?.why ?? (isAsked ? 'too_large' : 'no_answer'));
    if (others.size > 0) lacks('other_origins', isAsked || !own ? 'no_answer' : 'too_large');
    if (!own?.local) lacks('local_storage', own ? 'too_large' : 'no_answer');
    return { cookies: await this.#cookies(lacks), origins: ownOrigin(url, own?.local) };
  }

  /** All of it, without its databases where they are not to be had; undefined if it is too large or takes too long. */
  async #all(
    credentials: boolean,
    late: AbortSignal,
    without: (why: NotCarried['why']) => void,
  ): Promise<StoredStorage | undefined> {
    if (this.#without === undefined) {
      const all = await this.#state({ indexedDB: true, credentials }, late);
      if (all) return all;
      without(late.aborted ? 'no_answer' : 'failed');
    }
    return this.#state({ indexedDB: false, credentials }, late);
  }

  #state(
    what: { indexedDB: boolean; credentials: boolean },
    late: AbortSignal,
  ): Promise<StoredStorage | undefined> {
    const read = (signal: AbortSignal) =>
      raceSignal(
        untraced(this.#page, () => this.#context.storageState(what)),
        signal,
      );
    return readUnlessTooLarge(this.#context, late, read).catch(() => undefined);
  }

  /** The browser has them, whatever the page does. */
  async #cookies(lacks: Asked['lacks']): Promise<StoredStorage['cookies']> {
    const reading = untraced(this.#page, () => this.#context.cookies());
    try {
      return await raceSignal(reading, AbortSignal.timeout(COOKIES_MS));
    } catch {
      lacks('cookies', 'no_answer');
      return [];
    }
  }
}

/** How long the browser may take to say its cookies, which no page has a part in, ms. */
const COOKIES_MS = 1_000;

interface Asked extends Required<Pick<CaptureLimits, 'bytes' | 'otherOrigins' | 'passkeys'>> {
  late: AbortSignal;
  lacks(what: Carries, why: NotCarried['why']): void;
}

function ownOrigin(url: string, local: Record<string, string> = {}): StoredStorage['origins'] {
  const items = Object.entries(local).map(([name, value]) => ({ name, value }));
  return items.length > 0 ? [{ origin: new URL(url).origin, localStorage: items }] : [];
}
