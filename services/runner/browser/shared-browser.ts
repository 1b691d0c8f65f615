import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { commandLine } from '#shared/process/identity.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import type { BrowserKind } from './launch.ts';

const CLOSE_PATIENCE_MS = 3_000;
const DEATH_PATIENCE_MS = 500;

/**
 * Owns one Chromium process group: how many runs use it, whether it takes new ones, its end. Does not own the
 * contexts. A retired browser takes no new runs and closes with its last one; killing retires first (I4, I8).
 */
export interface SharedBrowser {
  readonly kind: BrowserKind;
  readonly browser: Browser;
  readonly pid: number | undefined;
  readonly contexts: number;
  /** Since when it is idle, if it is; monotonic, ms. */
  readonly idleSince: number;
  readonly retired: boolean;
  readonly killed: boolean;
  readonly closing: boolean;
  /** It was killed, or it crashed. */
  readonly lost: boolean;
  /** Counts a run, before its context is created; the browser stays open until the run is released. */
  enter(): void;
  leave(): void;
  retire(): void;
  /** Kills the process group, once, and waits, at most a second, until the browser's process is gone. */
  kill(): Promise<void>;
  /** Closes cleanly; kills what does not close in time. */
  close(): Promise<void>;
}

export interface Sharing {
  kind: BrowserKind;
  browser: Browser;
  recycleAfter: number;
  onRetired(): void;
  /** The last run was released. */
  onIdle(): void;
}

export async function shareBrowser(sharing: Sharing): Promise<SharedBrowser> {
  const { kind, browser, recycleAfter, onRetired } = sharing;
  const pid = await browserPid(browser);
  const group = pid === undefined ? undefined : await processGroup(pid);
  const disconnected = new Promise<void>((resolve) => browser.once('disconnected', () => resolve()));
  let contexts = 0;
  let entered = 0;
  let idleSince = performance.now();
  let retired = false;
  let killed: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  const shared: SharedBrowser = {
    kind,
    browser,
    pid,
    get contexts() {
      return contexts;
    },
    get idleSince() {
      return idleSince;
    },
    get retired() {
      return retired;
    },
    get killed() {
      return killed !== undefined;
    },
    get closing() {
      return closing !== undefined;
    },
    get lost() {
      return killed !== undefined || !browser.isConnected();
    },
    enter() {
      contexts += 1;
      entered += 1;
      if (entered >= recycleAfter) shared.retire();
    },
    leave() {
      contexts -= 1;
      if (contexts > 0) return;
      idleSince = performance.now();
      if (retired) void shared.close();
      else sharing.onIdle();
    },
    retire() {
      if (retired) return;
      retired = true;
      onRetired();
      if (contexts === 0) void shared.close();
    },
    kill() {
      killed ??= end();
      return killed;
    },
    close() {
      closing ??= closeOrKill();
      return closing;
    },
  };

  async function end(): Promise<void> {
    retireQuietly();
    // Once it is gone, its pid may belong to another process.
    if (pid === undefined || group === undefined || !browser.isConnected()) return;
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
    await settlesWithin(disconnected, DEATH_PATIENCE_MS);
    const until = performance.now() + DEATH_PATIENCE_MS;
    while ((await commandLine(pid)) !== undefined && performance.now() < until) await delay(2);
  }

  function retireQuietly(): void {
    if (retired) return;
    retired = true;
    onRetired();
  }

  async function closeOrKill(): Promise<void> {
    retireQuietly();
    const closed = await settlesWithin(browser.close(), CLOSE_PATIENCE_MS);
    if (!closed) await shared.kill();
  }

  void disconnected.then(() => retireQuietly());
  return shared;
}

/** Playwright does not expose the process that it started; the browser itself does. */
async function browserPid(browser: Browser): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.find((info) => info.type === 'browser')?.id;
}

/** Playwright starts each browser as the leader of a group; the leader may be a wrapper script. */
async function processGroup(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const group = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  return Number.isInteger(group) && group > 1 ? group : pid;
}
