import { settlesWithin } from '#shared/process/settles-within.ts';
import type { BrowserLog } from './browser-log.ts';
import { BrowserError, OpeningAbandoned } from './errors.ts';
import { raceSignal } from './race.ts';
import type { SharedBrowser } from './shared-browser.ts';

/** Why browsers that never gave a page were of no use: one error for each, whoever waited for it. */
const pageless = new WeakMap<SharedBrowser, BrowserError>();

export interface TimedOpening<Opened> {
  ms: number;
  log: BrowserLog;
  abandoned?: AbortSignal | undefined;
  discard(opened: Opened): unknown;
}

const NEVER = new AbortController().signal;

/**
 * What `opening` gives; rejects if the browser ends meanwhile, as what it is asked for then may never be answered, or if it
 * takes longer than `ms` or is abandoned: then the browser is killed, since what it has begun cannot be taken back. What is
 * opened at that moment goes to `discard`.
 */
export async function openInTime<Opened>(
  shared: SharedBrowser,
  opening: Promise<Opened>,
  { ms, log, abandoned = NEVER, discard }: TimedOpening<Opened>,
): Promise<Opened> {
  const lost = shared.gone.then(() => {
    throw new Error('the browser ended while it opened a page');
  });
  const opened = raceSignal(Promise.race([opening, lost]), abandoned);
  try {
    if (await settlesWithin(opened, ms)) return await opened;
    log.warn({ pid: shared.pid }, 'a browser opened no page in time and is killed');
    await shared.kill();
    const message = `the browser gave no page within ${ms} ms`;
    throw unlessPageless(shared, new BrowserError('browser_unresponsive', message));
  } catch (error) {
    void opening.then(discard, () => undefined);
    if (!abandoned.aborted) throw error;
    await shared.kill();
    throw new OpeningAbandoned(shared.pid);
  }
}

/** `error`, unless the browser never gave a page: then it says that. */
export function unlessPageless(shared: SharedBrowser, error: Error): Error {
  if (shared.gavePage) return error;
  const known = pageless.get(shared);
  if (known) return known;
  const failed = new BrowserError('browser_pageless', error.message, { cause: error });
  pageless.set(shared, failed);
  return failed;
}

/**
 * A run whose browser is lost during opening has done nothing yet, and opens on another one. A hanging browser takes
 * long to detect, and one that does not start will not start a moment later: those are tried less often.
 */
export function mostTries(error: unknown): number {
  if (error instanceof OpeningAbandoned) return 1;
  if (!(error instanceof BrowserError)) return 3;
  return error.code === 'browser_unresponsive' ? 2 : 1;
}
