/*
 * Hears of the documents of the page itself, and of requests that fail or hang. Owns what is not answered, its timer and
 * its listeners.
 */
import type { BrowserContext, Frame, Page, Request, Response } from 'playwright';
import type { Said } from '#shared/domain/events/said.ts';
import type { Heard } from './heard.ts';

/** A request without an answer for so long hangs, ms. */
const HANGS_MS = 2_000;
const LOOK_MS = 500;
/** It is not known of more at once whether they hang. */
const MOST_WATCHED = 1_000;
/** The page has given it up, as it does with all that is under way when it leaves. */
const GIVEN_UP = 'net::ERR_ABORTED';
/** They answer when there is something to say. */
const ENDLESS = new Set(['eventsource', 'websocket', 'ping']);

interface Unanswered {
  /** Monotonic, ms. */
  since: number;
  /** That it hangs, if that was to be said; null: there was too much of it. */
  said?: Said | null;
}

export class Requests {
  readonly #page: Page;
  readonly #heard: Heard;
  readonly #unanswered = new Map<Request, Unanswered>();
  #timer: NodeJS.Timeout | undefined;
  /** The answer to the page's last navigation, which may be a file to download: a document takes the page's place. */
  #document: Said | undefined;

  constructor(context: BrowserContext, page: Page, heard: Heard) {
    this.#page = page;
    this.#heard = heard;
    context.on('request', this.#onRequest);
    context.on('response', this.#onResponse);
    context.on('requestfailed', this.#onFailed);
    page.on('framenavigated', this.#onNavigated);
  }

  /** Says what hangs; `isAgain`: also what was said to hang before, for how long it does now. */
  sayHanging(isAgain: boolean): void {
    const now = performance.now();
    for (const [request, waiting] of this.#unanswered) {
      const { since, said } = waiting;
      const ms = Math.round(now - since);
      if (ms < HANGS_MS) continue;
      if (said && this.#heard.isUntaken(said)) said.ms = ms;
      else if (said === undefined || (said && isAgain))
        waiting.said = this.#heard.add({ ...this.#describe(request), pending: true, ms }) ?? null;
    }
  }

  close(context: BrowserContext): void {
    clearTimeout(this.#timer);
    this.#unanswered.clear();
    context.off('request', this.#onRequest);
    context.off('response', this.#onResponse);
    context.off('requestfailed', this.#onFailed);
    this.#page.off('framenavigated', this.#onNavigated);
  }

  readonly #onRequest = (request: Request): void => {
    if (this.#unanswered.size >= MOST_WATCHED || ENDLESS.has(request.resourceType())) return;
    this.#unanswered.set(request, { since: performance.now() });
    this.#timer ??= setTimeout(() => this.#look(), HANGS_MS);
  };

  readonly #onResponse = (response: Response): void => {
    const request = response.request();
    const { ms, hung } = this.#end(request);
    const status = response.status();
    if (status >= 300 && status < 400 && status !== 304) return;
    const said: Said = { ...this.#describe(request), status, ...(ms !== undefined && { ms }) };
    if (said.kind === 'navigation') this.#document = said;
    else if (status >= 400 || hung) this.#heard.add(said);
  };

  readonly #onNavigated = (frame: Frame): void => {
    if (frame !== this.#page.mainFrame() || !this.#document) return;
    this.#heard.add(this.#document);
    this.#document = undefined;
  };

  readonly #onFailed = (request: Request): void => {
    const { ms } = this.#end(request);
    const error = request.failure()?.errorText ?? GIVEN_UP;
    if (error === GIVEN_UP) return;
    this.#heard.add({ ...this.#describe(request), error, ...(ms !== undefined && { ms }) });
  };

  #look(): void {
    this.sayHanging(false);
    this.#timer = this.#unanswered.size > 0 ? setTimeout(() => this.#look(), LOOK_MS) : undefined;
  }

  /** How long it took, and whether it was said to hang. */
  #end(request: Request): { ms?: number; hung: boolean } {
    const found = this.#unanswered.get(request);
    this.#unanswered.delete(request);
    if (!found) return { hung: false };
    return { ms: Math.round(performance.now() - found.since), hung: found.said !== undefined };
  }

  #describe(request: Request): Said {
    const url = request.url();
    return isDocument(this.#page, request)
      ? { kind: 'navigation', url }
      : { kind: 'request', method: request.method(), url, resource: request.resourceType() };
  }
}

function isDocument(page: Page, request: Request): boolean {
  if (!request.isNavigationRequest()) return false;
  try {
    return request.frame() === page.mainFrame();
  } catch {
    return false; // its page is not there yet, so it is a popup's
  }
}
