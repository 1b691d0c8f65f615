/*
 * The requests of a page that have not ended, and of each whether its answer has begun. Owns its listeners, which end with the
 * page. What a page that was left had asked for is forgotten. Addresses are not redacted here.
 */
import type { Page, Request } from 'playwright';
import { isHttpUrl } from '#shared/domain/flow/origin.ts';
import { Polls } from './polls.ts';

export interface PendingRequest {
  readonly method: string;
  readonly url: string;
  /** What the browser wants it for, such as `document` or `fetch`. */
  readonly resource: string;
  /** It is for the document of the page itself, not of a frame. */
  readonly isPage: boolean;
  /** Epoch ms. */
  readonly since: number;
  /** The head of the answer is there. */
  readonly isAnswered: boolean;
}

export interface PendingRequests {
  /** The one that a step may wait for: the page itself, or the newest that has gone on for so long, ms. */
  hanging(ms?: number): PendingRequest | undefined;
}

/** A request hangs if it has gone on for longer, ms. */
const HANGS_MS = 2_000;
/** So many are known at most; a page with more of them floods. */
const MOST = 500;
/** Such an answer is not over before the page is. */
const ENDLESS = new Set(['eventsource', 'websocket', 'ping', 'media']);
/** What is not whole of these holds up the page. */
const NEEDED_WHOLE = new Set(['document', 'script', 'stylesheet']);

/** `now`: epoch ms. */
export function watchRequests(page: Page, now: () => number): PendingRequests {
  const pending = new Map<Request, PendingRequest>();
  const polls = new Polls(HANGS_MS);
  /** The page itself, asked for last. */
  let latest: Request | undefined;

  page.on('request', (request) => {
    if (!isHttpUrl(request.url())) return;
    const isPage = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (isPage) latest = request;
    if (pending.size >= MOST && !isPage) return;
    const asked = { method: request.method(), url: request.url() };
    if (!isPage && polls.begins(asked, now())) return;
    pending.set(request, {
      ...asked,
      resource: request.resourceType(),
      isPage,
      since: now(),
      isAnswered: false,
    });
  });
  page.on('response', (response) => {
    const known = pending.get(response.request());
    if (known) pending.set(response.request(), { ...known, isAnswered: true });
  });
  const end = (request: Request) => void pending.delete(request);
  page.on('requestfinished', (request) => {
    const ended = pending.get(request);
    if (ended) polls.ended(ended, now());
    end(request);
  });
  page.on('requestfailed', end);
  // A page that changes its own address asks for nothing, so what it had asked for stays.
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame() || !latest || !pending.get(latest)?.isAnswered) return;
    for (const request of pending.keys()) {
      if (request === latest) return;
      pending.delete(request);
    }
  });

  return {
    hanging(ms = HANGS_MS) {
      const until = now() - Math.min(ms, HANGS_MS);
      const hanging = [...pending.values()].filter((request) => hangs(request, until));
      return hanging.findLast(({ isPage }) => isPage) ?? hanging.at(-1);
    },
  };
}

/** `until`: it hangs if it was asked for before. */
function hangs({ resource, isPage, since, isAnswered }: PendingRequest, until: number): boolean {
  if (isPage && !isAnswered) return true;
  if (since > until || ENDLESS.has(resource)) return false;
  return !isAnswered || NEEDED_WHOLE.has(resource);
}
