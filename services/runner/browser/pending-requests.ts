/*
 * The requests of a run's pages that have not ended, and of each whether its answer has begun. Owns its listeners, which end
 * with the context. What a page that was left had asked for is forgotten. Addresses are not redacted here.
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
  /** The page or a frame of it has asked for it; not a popup or a service worker. */
  readonly isOwn: boolean;
  /** It answers late by design. */
  readonly isPoll: boolean;
  /** Epoch ms. */
  readonly since: number;
  /** The head of the answer is there. */
  isAnswered: boolean;
}

interface RequestListener {
  onAsked(): void;
  onAnswered(request: PendingRequest, status: number): void;
  onFailed(request: PendingRequest, error: string | undefined): void;
}

export interface PendingRequests {
  /** The one that a step may wait for, as it is now: the page itself, or the newest that has gone on for so long, ms. */
  hanging(ms?: number): PendingRequest | undefined;
  /** All that should have an answer and have none. */
  unanswered(): PendingRequest[];
  /** How long it has gone on for, ms. */
  msOf(request: Pick<PendingRequest, 'since'>): number;
  /** One listener at most. */
  listen(listener: RequestListener): void;
}

/** A request hangs if it has gone on for longer, ms. */
export const HANGS_MS = 2_000;
/** So many are known at most; a page with more of them floods. */
const MOST = 1_000;
/** They answer when there is something to say. */
const ENDLESS = new Set(['eventsource', 'websocket', 'ping']);
/** What is not whole of these holds up the page. */
const NEEDED_WHOLE = new Set(['document', 'script', 'stylesheet']);

/** `now`: epoch ms. */
export function watchRequests(page: Page, now: () => number): PendingRequests {
  const context = page.context();
  const pending = new Map<Request, PendingRequest>();
  const polls = new Polls(HANGS_MS);
  /** The page itself, asked for last. */
  let latest: Request | undefined;
  let listener: RequestListener | undefined;

  context.on('request', (request) => {
    const asked = describe(request, page, polls, now());
    if (asked.isPage) latest = request;
    if (pending.size >= MOST && !asked.isPage) return;
    pending.set(request, asked);
    listener?.onAsked();
  });
  context.on('response', (response) => {
    const answered = pending.get(response.request());
    if (!answered) return;
    listener?.onAnswered(answered, response.status());
    answered.isAnswered = true;
  });
  context.on('requestfinished', (request) => {
    polls.ended(pending.get(request), now());
    pending.delete(request);
  });
  context.on('requestfailed', (request) => {
    const failed = pending.get(request);
    if (failed) listener?.onFailed(failed, request.failure()?.errorText);
    pending.delete(request);
  });
  // A page that changes its own address asks for nothing, so what it had asked for stays.
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame() || !latest || !pending.get(latest)?.isAnswered) return;
    forgetBefore(latest, pending);
  });

  return {
    hanging(ms = HANGS_MS) {
      const until = now() - Math.min(ms, HANGS_MS);
      const hanging = [...pending.values()].filter((request) => holdsUp(request, until));
      const found = hanging.findLast(({ isPage }) => isPage) ?? hanging.at(-1);
      return found && { ...found };
    },
    unanswered: () => [...pending.values()].filter(lacksAnswer),
    msOf: ({ since }) => Math.max(0, Math.round(now() - since)),
    listen(added) {
      listener = added;
    },
  };
}

/** What the page had asked for before. */
function forgetBefore(latest: Request, pending: Map<Request, PendingRequest>): void {
  for (const [request, { isOwn }] of pending) {
    if (request === latest) return;
    if (isOwn) pending.delete(request);
  }
}

const lacksAnswer = ({ isAnswered, isPoll, resource }: PendingRequest): boolean =>
  !isAnswered && !isPoll && !ENDLESS.has(resource);

function describe(request: Request, page: Page, polls: Polls, since: number): PendingRequest {
  const frame = frameOf(request);
  const asked = { method: request.method(), url: request.url() };
  const isPage = request.isNavigationRequest() && frame === page.mainFrame();
  return {
    ...asked,
    isPage,
    isPoll: polls.begins(asked, since) && !isPage,
    resource: request.resourceType(),
    isOwn: frame?.page() === page,
    since,
    isAnswered: false,
  };
}

function frameOf(request: Request) {
  try {
    return request.frame();
  } catch {
    return undefined; // that of a service worker, or of a popup whose page is not there yet
  }
}

/** Whether it keeps the page from going on. `until`: it hangs if it was asked for before. */
function holdsUp(
  { url, resource, isPage, isOwn, isPoll, since, isAnswered }: PendingRequest,
  until: number,
): boolean {
  if (!isOwn || isPoll || !isHttpUrl(url)) return false;
  if (isPage && !isAnswered) return true;
  if (since > until || ENDLESS.has(resource) || resource === 'media') return false;
  return !isAnswered || NEEDED_WHOLE.has(resource);
}
