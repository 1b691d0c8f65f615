import type { BrowserContext, Page, Worker } from 'playwright';
import { MUTE_CONSOLE } from './mute-console.ts';

/** More than any page has to say; the connection takes some ten thousand a second, for all runs of a browser. */
export const MOST_MESSAGES = 500;
const WINDOW_MS = 1_000;

/**
 * Keeps the pages of one run from filling the connection that its browser shares with other runs (I4, I13). Consoles of
 * pages are silent from the start (`MUTE_CONSOLE`), those of workers as soon as they can be reached. What comes all the
 * same (a worker that never pauses, errors, failed requests, workers) is counted; `onFlood` is called once, when it is
 * too much. Owns its listeners, which go with the context.
 */
export function guardAgainstFloods(context: BrowserContext, onFlood: () => void): void {
  let since = performance.now();
  let messages = 0;
  let flooded = false;

  const count = () => {
    if (flooded) return;
    const now = performance.now();
    if (now - since > WINDOW_MS) [since, messages] = [now, 0];
    messages += 1;
    if (messages <= MOST_MESSAGES) return;
    flooded = true;
    stop();
    onFlood();
  };
  const mute = (worker: Worker) => {
    count();
    if (!flooded) void worker.evaluate(MUTE_CONSOLE).catch(() => undefined); // it is gone already
  };
  const guardPage = (page: Page) => void page.on('worker', mute);

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
    for (const page of context.pages()) page.off('worker', mute);
  }
}
