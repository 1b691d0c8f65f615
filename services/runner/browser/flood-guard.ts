import type { BrowserContext, Page, WebSocket, Worker } from 'playwright';
import { MUTE_CONSOLE } from './mute-console.ts';

/**
 * More than any well-behaved page needs; the connection takes some ten thousand a second, for all runs of a browser.
 */
const MOST_MESSAGES = 500;
/** A page may use its sockets heavily, but each message on them is also one on that connection. */
const MOST_SOCKET_MESSAGES = 2_000;
const WINDOW_MS = 1_000;

/**
 * Keeps the pages of one run from filling the connection that its browser shares with other runs (I4, I13). Consoles
 * of pages are muted from the start (`MUTE_CONSOLE`), those of workers as soon as they can be reached. What still
 * arrives (from a worker that never pauses, errors, new workers, messages over sockets) is counted; `onFlood` is
 * called once when it exceeds the limit. Owns its listeners, which end with the context.
 */
export function guardAgainstFloods(context: BrowserContext, onFlood: () => void): void {
  const sockets = new Set<WebSocket>();
  let flooded = false;

  const counter = (most: number) => {
    let since = performance.now();
    let messages = 0;
    return () => {
      if (flooded) return;
      const now = performance.now();
      if (now - since > WINDOW_MS) [since, messages] = [now, 0];
      messages += 1;
      if (messages <= most) return;
      flooded = true;
      stop();
      onFlood();
    };
  };
  const count = counter(MOST_MESSAGES);
  const countOverSocket = counter(MOST_SOCKET_MESSAGES);

  const mute = (worker: Worker) => {
    count();
    if (!flooded) void worker.evaluate(MUTE_CONSOLE).catch(() => undefined); // the worker may be gone
  };
  const guardSocket = (socket: WebSocket) => {
    sockets.add(socket);
    socket.on('framesent', countOverSocket);
    socket.on('framereceived', countOverSocket);
    socket.on('close', () => sockets.delete(socket));
  };
  const guardPage = (page: Page) => {
    page.on('worker', mute);
    page.on('websocket', guardSocket);
  };

  context.on('console', count);
  context.on('weberror', count);
  context.on('serviceworker', mute);
  context.on('page', guardPage);
  for (const page of context.pages()) guardPage(page);

  function stop(): void {
    context.off('console', count);
    context.off('weberror', count);
    context.off('serviceworker', mute);
    context.off('page', guardPage);
    for (const page of context.pages()) {
      page.off('worker', mute);
      page.off('websocket', guardSocket);
    }
    for (const socket of sockets) {
      socket.off('framesent', countOverSocket);
      socket.off('framereceived', countOverSocket);
    }
    sockets.clear();
  }
}
