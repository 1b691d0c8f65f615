import type { Browser } from 'playwright';
import { BrowserError } from './errors.ts';
import { oneLine } from './failure.ts';
import type { BrowserKind } from './launch.ts';
import { type SharedBrowser, shareBrowser } from './shared-browser.ts';

export interface SharedBrowsersOptions {
  launch(kind: BrowserKind): Promise<Browser>;
  /** Whether runs of all projects share one browser of each kind: weaker isolation, less memory. */
  shareAll: boolean;
  /** Runs after which a browser is retired. */
  recycleAfter: number;
  /** With more browsers than this, idle ones are closed, the longest idle first. */
  most: number;
  /** How long an idle browser is kept, ms. */
  idleMs: number;
  /** How long after the last launch the next project's browser is started in advance, ms. */
  aheadMs: number;
}

export interface SharedBrowsers {
  readonly alive: ReadonlySet<SharedBrowser>;
  /** The browser for the next run of a project; concurrent calls share one launch. */
  take(kind: BrowserKind, projectId: string): Promise<SharedBrowser>;
  /** Starts a spare browser, for the first project that asks. */
  warm(kind: BrowserKind): Promise<void>;
  /** Ends every browser, including those that are being started. */
  close(): Promise<void>;
}

const EVERYBODY = '*';

/**
 * Owns which browser takes which runs: one of each kind for each project, so that pages of different projects never
 * share a process (I13), and one spare. Owns how many there are: idle ones are closed, after a while or because there
 * are too many. Does not own the runs on them. Keeps I8: after `close` none is left.
 */
export function createSharedBrowsers(options: SharedBrowsersOptions): SharedBrowsers {
  const { shareAll, recycleAfter, most, idleMs, aheadMs } = options;
  const alive = new Set<SharedBrowser>();
  /** By kind and project, in the order of last use. */
  const current = new Map<string, Promise<SharedBrowser>>();
  const ahead = new Map<BrowserKind, Promise<SharedBrowser>>();
  /** Spare browsers that are ready. */
  const free = new Set<SharedBrowser>();
  const projects = new Set<string>();
  let aheadTimer: NodeJS.Timeout | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let closed = false;

  const ownerOf = (projectId: string) => (shareAll ? EVERYBODY : projectId);

  function take(kind: BrowserKind, projectId: string): Promise<SharedBrowser> {
    const key = `${kind} ${ownerOf(projectId)}`;
    const known = current.get(key);
    if (known !== undefined) {
      current.delete(key);
      current.set(key, known);
      return known;
    }
    projects.add(ownerOf(projectId));
    const taken = ahead.get(kind) ?? launch(kind);
    ahead.delete(kind);
    current.set(key, taken);
    taken.then(
      (shared) => {
        free.delete(shared);
        startAhead(kind);
      },
      () => forget(taken),
    );
    return taken;
  }

  function launch(kind: BrowserKind): Promise<SharedBrowser> {
    makeRoom();
    const launched = start(kind, () => forget(launched));
    return launched;
  }

  async function start(kind: BrowserKind, onRetired: () => void): Promise<SharedBrowser> {
    const browser = await options.launch(kind);
    try {
      const shared = await shareBrowser({ kind, browser, recycleAfter, onRetired, onIdle: armIdle });
      alive.add(shared);
      const gone = () => {
        alive.delete(shared);
        free.delete(shared);
      };
      browser.once('disconnected', gone);
      if (!browser.isConnected()) gone();
      return shared;
    } catch (error) {
      await browser.close();
      throw new BrowserError('browser_launch_failed', `Chromium did not start: ${oneLine(error)}`, {
        cause: error,
      });
    }
  }

  function forget(launched: Promise<SharedBrowser>): void {
    for (const map of [current, ahead])
      for (const [key, value] of map) if (value === launched) (map as Map<unknown, unknown>).delete(key);
  }

  /**
   * Once there are several projects, a spare browser is started for the next one, but not while others are starting.
   */
  function startAhead(kind: BrowserKind): void {
    if (shareAll || closed || projects.size < 2) return;
    clearTimeout(aheadTimer);
    aheadTimer = setTimeout(() => {
      if (ahead.has(kind) || alive.size >= most) return;
      launchAhead(kind).catch(() => undefined); // the next caller that needs one gets the error
    }, aheadMs);
  }

  async function launchAhead(kind: BrowserKind): Promise<void> {
    const launched = launch(kind);
    ahead.set(kind, launched);
    try {
      const shared = await launched;
      if (ahead.get(kind) === launched) free.add(shared);
    } catch (error) {
      forget(launched);
      throw error;
    }
  }

  const idle = () =>
    [...alive]
      .filter((shared) => shared.contexts === 0 && !shared.retired)
      .toSorted((a, b) => a.idleSince - b.idleSince);

  function makeRoom(): void {
    const tooMany = alive.size + 1 - most;
    for (const shared of idle().slice(0, Math.max(0, tooMany))) shared.retire();
  }

  function armIdle(): void {
    if (closed || shareAll) return;
    clearTimeout(idleTimer);
    idleTimer = setTimeout(closeIdle, idleMs);
  }

  /** One idle browser is always kept, so that the next run need not wait for a launch. */
  function closeIdle(): void {
    const now = performance.now();
    const found = idle();
    const kept = found.findLast((shared) => free.has(shared)) ?? found.at(-1);
    for (const shared of found) if (shared !== kept && now - shared.idleSince >= idleMs) shared.retire();
    if (idle().length > 1) armIdle();
  }

  return {
    alive,
    take,
    async warm(kind) {
      await (ahead.get(kind) ?? launchAhead(kind));
    },
    async close() {
      closed = true;
      clearTimeout(aheadTimer);
      clearTimeout(idleTimer);
      await Promise.allSettled([...current.values(), ...ahead.values()]);
      await Promise.all([...alive].map((shared) => shared.close()));
    },
  };
}
