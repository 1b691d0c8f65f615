import { settlesWithin } from '#shared/process/settles-within.ts';
import type { BrowserLog } from './browser-log.ts';
import { BrowserError } from './errors.ts';
import type { SharedBrowser } from './shared-browser.ts';

/** Why browsers that never gave a page were of no use: one error for each, whoever waited for it. */
const pageless = new WeakMap<SharedBrowser, BrowserError>();

/**
 * What `opening` gives; rejects if the browser ends meanwhile, as what it is asked for then may never be answered, or if it
 * takes longer than `ms`: then the browser is killed. What is opened after that goes to `discard`.
 */
export async function openInTime<Opened>(
  shared: SharedBrowser,
  opening: Promise<Opened>,
  { ms, log, discard }: { ms: number; log: BrowserLog; discard(opened: Opened): unknown },
): Promise<Opened> {
  const lost = shared.gone.then(() => {
    throw new Error('the browser ended while it opened a page');
  });
  const opened = Promise.race([opening, lost]);
  try {
    if (await settlesWithin(opened, ms)) return await opened;
    log.warn({ pid: shared.pid }, 'a browser opened no page in time and is killed');
    await shared.kill();
    const message = `the browser gave no page within ${ms} ms`;
    throw asFailedLaunch(shared, new BrowserError('browser_unresponsive', message));
  } catch (error) {
    void opening.then(discard, () => undefined);
    throw error;
  }
}

/** `error`, unless the browser never gave a page: then nothing but its start can have gone wrong. */
export function asFailedLaunch(shared: SharedBrowser, error: Error): Error {
  if (shared.gavePage) return error;
  const known = pageless.get(shared);
  if (known) return known;
  const failed = new BrowserError('browser_launch_failed', error.message, { cause: error });
  pageless.set(shared, failed);
  return failed;
}
