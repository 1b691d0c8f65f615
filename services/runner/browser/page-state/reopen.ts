import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import type { OpenedContext } from '../page/open-context.ts';
import type { PageState } from './page-state.ts';

/**
 * Gives a fresh context the storage of a state, before any script of a page runs; its address is opened later. Returns what
 * the browser did not take. Rejects if it takes nothing.
 */
export async function reopenStorage(opened: OpenedContext, state: PageState): Promise<NotCarried[]> {
  const { storage, url, session, sessionOrigin } = state;
  const lacks: NotCarried[] = [];
  await opened.context.setStorageState(storage).catch(async (error: unknown) => {
    const origins = storage.origins.map(({ indexedDB: _, ...origin }) => origin);
    if (!storage.origins.some((origin) => 'indexedDB' in origin)) throw error;
    await opened.context.setStorageState({ ...storage, origins });
    lacks.push({ what: 'indexed_db', why: 'failed' });
  });
  if (url !== undefined && session) await setSession(opened, url, session);
  if (url === undefined && session && sessionOrigin !== undefined) {
    await setSession(opened, sessionOrigin, session);
    await opened.page.goto('about:blank');
  }
  return lacks;
}

/**
 * Session storage belongs to a page and its origin: it is set on an empty document there, for which nothing is asked of the
 * site. At the address of the state, the real document then takes its place in the page's history.
 */
async function setSession(
  { page }: OpenedContext,
  url: string,
  session: Record<string, string>,
): Promise<void> {
  const { origin, hash } = new URL(url);
  const isOfOrigin = (asked: URL) => asked.origin === origin;
  await page.route(isOfOrigin, (route) => route.fulfill({ contentType: 'text/html', body: '' }));
  // Going on from an address to the same one with a fragment would load no document.
  await page.goto(hash === '' ? url : `${origin}${ELSEWHERE}`);
  await page.evaluate(setItems, Object.entries(session));
  await page.unroute(isOfOrigin);
}

const ELSEWHERE = '/-/empty';

declare const sessionStorage: { setItem(name: string, value: string): void };

/** Runs in the page. */
function setItems(items: [string, string][]): void {
  for (const [name, value] of items) sessionStorage.setItem(name, value);
}
