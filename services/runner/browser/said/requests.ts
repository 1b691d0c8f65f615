/* Hears of the documents of the page itself, and of requests that fail or hang. Owns its timer. */
import type { Page } from 'playwright';
import type { Said } from '#shared/domain/events/said.ts';
import { HANGS_MS, type PendingRequest, type PendingRequests } from '../pending-requests.ts';
import type { Heard } from './heard.ts';

const LOOK_MS = 500;
/** The page has given it up, as it does with all that is under way when it leaves. */
const GIVEN_UP = 'net::ERR_ABORTED';

export class HeardRequests {
  readonly #requests: PendingRequests;
  readonly #heard: Heard;
  /** What was said to hang; null: there was too much of it. */
  readonly #hung = new WeakMap<PendingRequest, Said | null>();
  #timer: NodeJS.Timeout | undefined;
  /** The answer to the page's last navigation, which may be a file to download: a document takes the page's place. */
  #document: Said | undefined;

  constructor(requests: PendingRequests, page: Page, heard: Heard) {
    this.#requests = requests;
    this.#heard = heard;
    requests.listen({
      onAsked: () => {
        this.#timer ??= setTimeout(() => this.#look(), HANGS_MS);
      },
      onAnswered: (request, status) => this.#onAnswered(request, status),
      onFailed: (request, error = GIVEN_UP) => {
        if (error !== GIVEN_UP) heard.add({ ...saidOf(request), error, ms: requests.msOf(request) });
      },
    });
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame() || !this.#document) return;
      heard.add(this.#document);
      this.#document = undefined;
    });
  }

  /** Says what hangs; `isAgain`: also what was said to hang before, for how long it does now. */
  sayHanging(isAgain: boolean): void {
    for (const request of this.#requests.unanswered()) {
      const ms = this.#requests.msOf(request);
      const said = this.#hung.get(request);
      if (ms < HANGS_MS) continue;
      if (said && this.#heard.isUntaken(said)) said.ms = ms;
      else if (said === undefined || (said && isAgain))
        this.#hung.set(request, this.#heard.add({ ...saidOf(request), pending: true, ms }) ?? null);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #onAnswered(request: PendingRequest, status: number): void {
    if (status >= 300 && status < 400 && status !== 304) return;
    const said: Said = { ...saidOf(request), status, ms: this.#requests.msOf(request) };
    if (request.isPage) this.#document = said;
    else if (status >= 400 || this.#hung.has(request)) this.#heard.add(said);
  }

  #look(): void {
    this.sayHanging(false);
    const goesOn = this.#requests.unanswered().length > 0;
    this.#timer = goesOn ? setTimeout(() => this.#look(), LOOK_MS) : undefined;
  }
}

const saidOf = ({ isPage, method, url, resource }: PendingRequest): Said =>
  isPage ? { kind: 'navigation', url } : { kind: 'request', method, url, resource };
