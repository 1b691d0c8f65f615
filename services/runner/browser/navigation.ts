import type { Page, Request } from 'playwright';
import type { ConnectFailure } from '#shared/egress/outgoing.ts';
import { isHttpUrl } from '#shared/flow/origin.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import type { EgressGate } from '../egress/egress.ts';

/** Why the page's last navigation failed; the egress proxy knows, Chromium does not. */
export interface Navigation {
  /**
   * A sentence if the egress policy refused it, otherwise the name of Chromium's own error; undefined if none failed.
   */
  why(): Promise<ConnectFailure | undefined>;
  /** The same if it is known that one failed; the page may learn of it a moment later than the caller. */
  whyFailed(): Promise<ConnectFailure | undefined>;
  /** A document was asked for and has not come yet. Until it has, Chromium answers nothing of the page. */
  readonly pending: boolean;
}

const HEARSAY_MS = 300;

/** Watches the navigations of the page itself, not of its frames. */
export function watchNavigation(page: Page, gate: EgressGate | undefined): Navigation {
  /** Asked for last. */
  let latest: Request | undefined;
  let failed: Request | undefined;
  let heard = Promise.withResolvers<void>();
  page.on('request', (request) => {
    if (!isOfPage(page, request)) return;
    latest = request;
    if (failed === undefined) return;
    failed = undefined;
    heard = Promise.withResolvers();
  });
  page.on('requestfailed', (request) => {
    // The document before it, of which not all has come, is told of as aborted only when the page has left it.
    if (request !== latest) return;
    failed = request;
    heard.resolve();
  });
  const isPending = watchPending(page);

  async function why(): Promise<ConnectFailure | undefined> {
    const url = failed && URL.parse(failed.url());
    if (!gate || !failed || !url || !isHttpUrl(url.href)) return undefined;
    const from = origins(failed).at(-1);
    const failure = await gate.why(url.hostname.replace(/^\[(.*)\]$/, '$1'), portOf(url));
    if (!failure?.refused || from === undefined) return failure;
    return { refused: true, text: `${failure.text} (redirected from ${from})` };
  }

  return {
    why,
    async whyFailed() {
      await settlesWithin(heard.promise, HEARSAY_MS);
      return why();
    },
    get pending() {
      return isPending();
    },
  };
}

const isOfPage = (page: Page, request: Request): boolean =>
  request.isNavigationRequest() && request.frame() === page.mainFrame();

function watchPending(page: Page): () => boolean {
  let pending: Request | undefined;
  let answered: Request | undefined;
  page.on('request', (request) => {
    if (isOfPage(page, request)) pending = request;
  });
  page.on('response', (response) => {
    if (response.request() === pending) answered = pending;
  });
  // Before its server has answered, a page that changes its own address has not left.
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame() && pending === answered) pending = undefined;
  });
  // One without a document is over, too.
  const end = (request: Request) => {
    if (request === pending) pending = undefined;
  };
  page.on('requestfinished', end);
  page.on('requestfailed', end);
  return () => pending !== undefined;
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** Where a redirected request came from, its first address last. */
function origins(request: Request): string[] {
  const before = request.redirectedFrom();
  return before === null ? [] : [URL.parse(before.url())?.origin ?? '', ...origins(before)];
}
