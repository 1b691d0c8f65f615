import type { BrowserContext, Page, WebError, WebSocket, Worker } from 'playwright';
import { tooLarge } from '../messages/message-guard.ts';
import { LIMIT_CONSOLE } from '../said/limit-console.ts';

/**
 * More than any well-behaved page needs; the connection takes some ten thousand a second, for all runs of a browser.
 */
const MOST_MESSAGES = 500;
/** A page may use its sockets heavily, but each message on them is also one on that connection. */
const MOST_SOCKET_MESSAGES = 2_000;
const WINDOW_MS = 1_000;

export interface Flood {
  /** What the page does. */
  how: string;
  /** It was one message that was too large, not many. */
  isLarge: boolean;
}

/**
 * Keeps a run's pages from filling the connection that its browser shares with others (I4, I13). Limits the consoles of
 * workers, and counts what arrives. Calls `onFlood` once, for too many messages or one too large. Owns its listeners.
 */
export function guardAgainstFloods(context: BrowserContext, onFlood: (flood: Flood) => void): void {
  let flooded = false;
  const end = (how: string, isLarge: boolean) => {
    if (flooded) return;
    flooded = true;
    stop();
    onFlood({ how, isLarge });
  };
  const flood = () => end('floods its browser with messages', false);
  const count = createCounter(MOST_MESSAGES, flood);
  const stop = listen(context, {
    onMessage: count,
    onError(error) {
      const refused = tooLarge(error.error());
      const reading = readings.get(context);
      if (refused === undefined) count();
      else if (refused.isAnswer && reading && performance.now() < reading.until) reading.tooLarge.abort();
      else end(`made its browser send a message ${refused.why}`, true);
    },
    onSocketMessage: createCounter(MOST_SOCKET_MESSAGES, flood),
    onWorker(worker) {
      count();
      if (!flooded) void worker.evaluate(LIMIT_CONSOLE).catch(() => undefined); // the worker may be gone
    },
  });
}

/** Playwright asks at once again for what was refused, before it hears that its caller has given up. */
const LATE_ANSWER_MS = 5_000;

interface Reading {
  tooLarge: AbortController;
  /** Monotonic, ms. */
  until: number;
}

/** What is read out of the pages of a context, and may be too large. */
const readings = new WeakMap<BrowserContext, Reading>();

/** The result of `read`; undefined if the browser's answer was too large, for which the run does not end then. */
export async function readUnlessTooLarge<Result>(
  context: BrowserContext,
  signal: AbortSignal,
  read: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const tooLarge = new AbortController();
  const reading: Reading = { tooLarge, until: Number.POSITIVE_INFINITY };
  readings.set(context, reading);
  try {
    return await read(AbortSignal.any([signal, tooLarge.signal]));
  } catch (error) {
    if (tooLarge.signal.aborted) return undefined;
    throw error;
  } finally {
    reading.until = tooLarge.signal.aborted ? performance.now() + LATE_ANSWER_MS : 0;
  }
}

/** Calls `onTooMany` for each message above `most` in a window of time. */
function createCounter(most: number, onTooMany: () => void): () => void {
  let since = performance.now();
  let messages = 0;
  return () => {
    const now = performance.now();
    if (now - since > WINDOW_MS) [since, messages] = [now, 0];
    messages += 1;
    if (messages > most) onTooMany();
  };
}

interface Listeners {
  onMessage(): void;
  onError(error: WebError): void;
  onSocketMessage(): void;
  onWorker(worker: Worker): void;
}

/** Returns what takes the listeners away. */
function listen(
  context: BrowserContext,
  { onMessage, onError, onSocketMessage, onWorker }: Listeners,
): () => void {
  const sockets = new Set<WebSocket>();
  const onSocket = (socket: WebSocket) => {
    sockets.add(socket);
    socket.on('framesent', onSocketMessage);
    socket.on('framereceived', onSocketMessage);
    socket.on('close', () => sockets.delete(socket));
  };
  const onPage = (page: Page) => {
    page.on('worker', onWorker);
    page.on('websocket', onSocket);
  };
  context.on('console', onMessage);
  context.on('weberror', onError);
  context.on('serviceworker', onWorker);
  context.on('page', onPage);
  for (const page of context.pages()) onPage(page);

  return () => {
    context.off('console', onMessage);
    context.off('weberror', onError);
    context.off('serviceworker', onWorker);
    context.off('page', onPage);
    for (const page of context.pages()) {
      page.off('worker', onWorker);
      page.off('websocket', onSocket);
    }
    for (const socket of sockets) {
      socket.off('framesent', onSocketMessage);
      socket.off('framereceived', onSocketMessage);
    }
    sockets.clear();
  };
}
