import type { Page, Request, Response } from 'playwright';
import type { ConnectFailure } from '#shared/adapters/egress/outgoing.ts';
import { isHttpUrl } from '#shared/domain/flow/origin.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { EgressGate } from '../../egress/egress.ts';
import { untraced } from '../playwright-trace/untraced.ts';

/** Why the page's last navigation failed; the egress proxy knows, Chromium does not. */
export interface Navigation {
  /**
   * A sentence if the egress policy refused it, otherwise the name of Chromium's own error; undefined if none failed.
   */
  why(): Promise<ConnectFailure | undefined>;
  /** For a caller who knows that one failed: the page may learn of it a moment later. */
  failureHeard(): Promise<void>;
  /**
   * A document was asked for, and neither it nor Chromium's page for its error has come yet. Until then, Chromium answers
   * nothing of the page.
   */
  readonly pending: boolean;
  /** The request for the document that was asked for last has failed. */
  readonly failed: boolean;
  /** HTTP status with which the document of the page was answered; undefined if there is none. */
  readonly status: number | undefined;
  /** How many documents the page has got lately (`LATELY_MS`), since the step began. */
  readonly documents: number;
  /** A step begins: what came before is none of its documents. */
  stepBegins(): void;
  /**
   * Resolves once the page for the error of a failed navigation is there, which would interrupt what is loaded meanwhile,
   * or the page has begun another navigation.
   */
  errorPageShown(): Promise<void>;
}

const HEARSAY_MS = 300;
/** What is said of this time names it, so it is a whole number of seconds, ms. */
const LATELY_MS = 10_000;
/** A page is sent on a few times where a user signs in; one with more loads itself over and over. */
const MANY_DOCUMENTS = 8;
const MOST_DOCUMENTS = 100;
const FIRST_ERROR_STATUS = 400;

/** What of a page's documents may be why a step does not get on. */
export const documentFacts = ({
  status = 0,
  documents,
}: Pick<Navigation, 'status' | 'documents'>): { httpStatus?: number; documents?: number } => ({
  ...(status >= FIRST_ERROR_STATUS && { httpStatus: status }),
  ...(documents >= MANY_DOCUMENTS && { documents }),
});
/** Chromium shows no error for such a navigation: the page stays as it is. */
const GIVEN_UP = 'net::ERR_ABORTED';

/** Chromium's own page for an error has no script that could be busy. */
export const isErrorPage = (page: Page): boolean => page.url().startsWith('chrome-error:');

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
    // The abort of an incomplete earlier document is reported only when the page has left it.
    if (request !== latest) return;
    failed = request;
    heard.resolve();
  });
  const document = watchDocument(page);
  const answers = watchAnswers(page, () => latest);

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
    async failureHeard() {
      await settlesWithin(heard.promise, HEARSAY_MS);
    },
    get pending() {
      return document.pending;
    },
    get failed() {
      return failed !== undefined;
    },
    get status() {
      return answers.status;
    },
    get documents() {
      return answers.documents;
    },
    stepBegins: answers.stepBegins,
    errorPageShown: async () => void (await document.errorPage),
  };
}

/** How the documents of the page were answered. `latest`: asked for last. */
function watchAnswers(
  page: Page,
  latest: () => Request | undefined,
): Pick<Navigation, 'status' | 'documents' | 'stepBegins'> {
  let last: Response | undefined;
  /** When each came, monotonic, ms. */
  let documents: number[] = [];
  page.on('response', (response) => {
    if (response.request() !== latest()) return;
    last = response;
    if (!isRedirect(response.status()))
      documents = [...documents.slice(1 - MOST_DOCUMENTS), performance.now()];
  });
  return {
    get status() {
      return last?.request() === latest() ? last?.status() : undefined;
    },
    get documents() {
      const since = performance.now() - LATELY_MS;
      return documents.filter((at) => at > since).length;
    },
    stepBegins() {
      documents = [];
    },
  };
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

const isOfPage = (page: Page, request: Request): boolean =>
  request.isNavigationRequest() && request.frame() === page.mainFrame();

function watchDocument(page: Page): {
  readonly pending: boolean;
  readonly errorPage: Promise<void> | undefined;
} {
  let pending: Request | undefined;
  let answered: Request | undefined;
  let errorPage: PromiseWithResolvers<void> | undefined;
  page.on('request', (request) => {
    if (!isOfPage(page, request)) return;
    pending = request;
    errorPage?.resolve();
  });
  page.on('response', (response) => {
    if (response.request() === pending) answered = pending;
  });
  // Before its server has answered, a page that changes its own address has not left.
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame() && pending === answered) pending = undefined;
  });
  const end = (request: Request) => {
    if (request === pending) pending = undefined;
  };
  page.on('requestfinished', end);
  page.on('requestfailed', (request) => {
    if (request !== pending) return;
    // The page for its error has a process of its own, which may have to be started first, or may end before it has.
    if (request.failure()?.errorText === GIVEN_UP) return end(request);
    const shown = Promise.withResolvers<void>();
    errorPage = shown;
    void answersAgain(page).then(() => {
      end(request);
      shown.resolve();
    });
  });
  return {
    get pending() {
      return pending !== undefined;
    },
    get errorPage() {
      return errorPage?.promise;
    },
  };
}

/** Never rejects. The page that is left answers with an error, a moment before the one that takes its place is there. */
async function answersAgain(page: Page): Promise<void> {
  const ask = () => untraced(page, () => page.evaluate('0'));
  await ask()
    .catch(ask)
    .catch(() => undefined);
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** Where a redirected request came from, its first address last. */
function origins(request: Request): string[] {
  const before = request.redirectedFrom();
  return before === null ? [] : [URL.parse(before.url())?.origin ?? '', ...origins(before)];
}
