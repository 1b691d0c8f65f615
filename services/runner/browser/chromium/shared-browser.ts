import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { commandLine } from '#shared/platform/process/identity.ts';
import type { BrowserKind } from './browser-kind.ts';
import { giveWay } from './priority.ts';

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
  /** The time from which it is idle, if it is; monotonic, ms. */
  readonly idleSince: number;
  readonly retired: boolean;
  readonly killed: boolean;
  readonly closing: boolean;
  /** It was killed, or it crashed. */
  readonly lost: boolean;
  /** It has opened a page. A browser that never did counts as not started. */
  gavePage: boolean;
  /** Resolves when its process is gone, however it ended. */
  readonly gone: Promise<void>;
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

/** Rejects if the browser ends meanwhile: what it is asked for then may never be answered. */
export async function shareBrowser(sharing: Sharing): Promise<SharedBrowser> {
  const { browser } = sharing;
  const ended = new Promise<never>((_, reject) => {
    browser.once('disconnected', () => reject(new Error('it ended while it started')));
  });
  ended.catch(() => undefined); // later it is no error
  const pid = await Promise.race([browserPid(browser), ended]);
  if (pid !== undefined) await giveWay(pid);
  const group = pid === undefined ? undefined : await processGroup(pid);
  return new Shared(sharing, pid, group);
}

class Shared implements SharedBrowser {
  readonly pid: number | undefined;
  contexts = 0;
  idleSince = performance.now();
  retired = false;
  gavePage = false;
  readonly #sharing: Sharing;
  readonly #group: number | undefined;
  readonly gone: Promise<void>;
  #entered = 0;
  #killed: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(sharing: Sharing, pid: number | undefined, group: number | undefined) {
    this.#sharing = sharing;
    this.pid = pid;
    this.#group = group;
    this.gone = new Promise((resolve) => sharing.browser.once('disconnected', () => resolve()));
    if (!sharing.browser.isConnected()) this.gone = Promise.resolve();
    void this.gone.then(() => this.#retireQuietly());
  }

  get kind(): BrowserKind {
    return this.#sharing.kind;
  }

  get browser(): Browser {
    return this.#sharing.browser;
  }

  get killed(): boolean {
    return this.#killed !== undefined;
  }

  get closing(): boolean {
    return this.#closing !== undefined;
  }

  get lost(): boolean {
    return this.killed || !this.browser.isConnected();
  }

  enter(): void {
    this.contexts += 1;
    this.#entered += 1;
    if (this.#entered >= this.#sharing.recycleAfter) this.retire();
  }

  leave(): void {
    this.contexts -= 1;
    if (this.contexts > 0) return;
    this.idleSince = performance.now();
    if (this.retired) void this.close();
    else this.#sharing.onIdle();
  }

  retire(): void {
    if (this.retired) return;
    this.#retireQuietly();
    if (this.contexts === 0) void this.close();
  }

  kill(): Promise<void> {
    this.#killed ??= this.#end();
    return this.#killed;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeOrKill();
    return this.#closing;
  }

  #retireQuietly(): void {
    if (this.retired) return;
    this.retired = true;
    this.#sharing.onRetired();
  }

  async #end(): Promise<void> {
    this.#retireQuietly();
    // Once it is gone, its pid may belong to another process.
    if (this.pid === undefined || this.#group === undefined || !this.browser.isConnected()) return;
    METRICS.kills.add({});
    try {
      process.kill(-this.#group, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
    await settlesWithin(this.gone, DEATH_PATIENCE_MS);
    const until = performance.now() + DEATH_PATIENCE_MS;
    while ((await commandLine(this.pid)) !== undefined && performance.now() < until) await delay(2);
  }

  async #closeOrKill(): Promise<void> {
    this.#retireQuietly();
    const closed = await settlesWithin(this.browser.close(), CLOSE_PATIENCE_MS);
    if (!closed) await this.kill();
  }
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
