import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { BrowserError, OpeningAbandoned } from '../errors.ts';
import { raceSignal } from '../race.ts';
import type { BrowserLog } from './browser-log.ts';
import type { SharedBrowser } from './shared-browser.ts';

/** The errors of browsers that never gave a page: one for each browser, shared by all runs that waited for it. */
const pageless = new WeakMap<SharedBrowser, BrowserError>();

/** Browsers that were killed for a run which had given up, whatever they were like. */
const killedForOne = new WeakSet<SharedBrowser>();

export interface TimedOpening<Opened> {
  ms: number;
  log: BrowserLog;
  abandoned?: AbortSignal | undefined;
  discard(opened: Opened): unknown;
}

/** How long a browser may take to show that it is slow and not hung, ms: the rung of the kill has time left after it. */
const PROOF_MS = 300;

const NEVER = new AbortController().signal;

/**
 * What `opening` gives; rejects if the browser ends, takes longer than `ms`, or is abandoned. Then the browser is killed;
 * one that is abandoned, slow and used by other runs is retired (I13), and `discard` gets what it opens late (I8).
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
    const discarded = opening.then(discard, () => undefined);
    if (!abandoned.aborted) throw error;
    if (await servesOthers(shared)) {
      shared.retire();
      const isOver = await settlesWithin(Promise.race([discarded, shared.gone]), ms);
      if (isOver && !shared.lost) throw new OpeningAbandoned();
    }
    killedForOne.add(shared);
    await shared.kill();
    throw new OpeningAbandoned(shared.pid);
  }
}

/** Whether other runs may be under way on it, and it answers. */
async function servesOthers(shared: SharedBrowser): Promise<boolean> {
  if (shared.contexts < 2 || !shared.gavePage) return false;
  const answer = shared.browser.newBrowserCDPSession().then((session) => session.detach());
  return (await settlesWithin(answer, PROOF_MS)) && !shared.lost;
}

/** `error`, unless the browser never gave a page, and had its chance: then it says that. */
export function unlessPageless(shared: SharedBrowser, error: Error): Error {
  if (shared.gavePage || killedForOne.has(shared)) return error;
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
