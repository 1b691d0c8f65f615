import type { Browser } from 'playwright';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { BrowserError } from '../errors.ts';
import { oneLine } from '../failure.ts';
import type { BrowserKind } from './browser-kind.ts';
import { createIdleBrowsers, type IdleBrowsers } from './idle-browsers.ts';
import { type SharedBrowser, shareBrowser } from './shared-browser.ts';
import { SpareBrowsers } from './spare-browsers.ts';

export interface SharedBrowsersOptions {
  launch(kind: BrowserKind): Promise<Browser>;
  /** Whether runs of all projects share one browser of each kind: weaker isolation, less memory. */
  shareAll: boolean;
  /** Runs after which a browser is retired. */
  recycleAfter: number;
  /** Above this number, idle browsers are closed, the longest idle first. */
  most: number;
  /** How long an idle browser is kept, ms. */
  idleMs: number;
  /** How long after the last launch the next project's browser is started in advance, ms. */
  aheadMs: number;
  /** A spare browser is ready. */
  onSpare(shared: SharedBrowser): void;
}

export interface SharedBrowsers {
  readonly alive: ReadonlySet<SharedBrowser>;
  /** The browser for the next run of a project; concurrent calls share one launch. */
  take(kind: BrowserKind, projectId: string): Promise<SharedBrowser>;
  /** A browser that no run has used: for one run alone, which retires it. */
  takeAlone(kind: BrowserKind): Promise<SharedBrowser>;
  /** Starts a spare browser, for the first project that asks. */
  warm(kind: BrowserKind): Promise<SharedBrowser>;
  /** Ends every browser, including those that are being started. */
  close(): Promise<void>;
}

const EVERYBODY = '*';
const CLOSE_MS = 3_000;

export const createSharedBrowsers = (options: SharedBrowsersOptions): SharedBrowsers =>
  new ProjectBrowsers(options);

/**
 * Owns which browser takes which runs: one of each kind per project (I13), a spare (`spare-browsers.ts`), and one for each
 * run that needs one alone. Closes idle ones (`idle-browsers.ts`). Does not own the runs. Keeps I8: `close` leaves none.
 */
class ProjectBrowsers implements SharedBrowsers {
  readonly alive = new Set<SharedBrowser>();
  readonly #options: SharedBrowsersOptions;
  readonly #idle: IdleBrowsers;
  readonly #spare: SpareBrowsers;
  /** Keyed by kind and project, in the order of last use. */
  readonly #current = new Map<string, Promise<SharedBrowser>>();
  /** Launches under way, for any run. */
  readonly #starting = new Set<Promise<SharedBrowser>>();
  readonly #projects = new Set<string>();
  #closed = false;

  constructor(options: SharedBrowsersOptions) {
    const { shareAll, most, idleMs, aheadMs } = options;
    this.#options = options;
    this.#idle = createIdleBrowsers({
      alive: this.alive,
      most,
      idleMs: shareAll ? undefined : idleMs,
      isSpare: (shared) => this.#spare.has(shared),
    });
    this.#spare = new SpareBrowsers({
      launch: (kind) => this.#launch(kind),
      afterMs: aheadMs,
      hasRoom: () => this.alive.size < most,
      onReady: options.onSpare,
    });
  }

  take(kind: BrowserKind, projectId: string): Promise<SharedBrowser> {
    const user = this.#options.shareAll ? EVERYBODY : projectId;
    const key = `${kind} ${user}`;
    const known = this.#current.get(key);
    if (known !== undefined) {
      this.#current.delete(key);
      this.#current.set(key, known);
      return known;
    }
    this.#projects.add(user);
    const taken = this.#spare.take(kind) ?? this.#launch(kind);
    this.#current.set(key, taken);
    taken.then(
      (shared) => {
        this.#spare.drop(shared);
        this.#startSpare(kind);
      },
      () => this.#forget(taken),
    );
    return taken;
  }

  async takeAlone(kind: BrowserKind): Promise<SharedBrowser> {
    const shared = await (this.#spare.take(kind) ?? this.#launch(kind));
    this.#spare.drop(shared);
    this.#startSpare(kind);
    return shared;
  }

  warm(kind: BrowserKind): Promise<SharedBrowser> {
    return this.#spare.warm(kind);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#idle.stop();
    this.#spare.stop();
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.alive].map((shared) => shared.close()));
  }

  /** Once there are several projects, for the next one. */
  #startSpare(kind: BrowserKind): void {
    if (this.#options.shareAll || this.#closed || this.#projects.size < 2) return;
    this.#spare.soon(kind);
  }

  #launch(kind: BrowserKind): Promise<SharedBrowser> {
    this.#idle.makeRoom();
    const launched = this.#start(kind, () => this.#forget(launched));
    this.#starting.add(launched);
    const started = () => this.#starting.delete(launched);
    launched.then(started, started);
    return launched;
  }

  async #start(kind: BrowserKind, onRetired: () => void): Promise<SharedBrowser> {
    const { launch, recycleAfter } = this.#options;
    const browser = await launch(kind).catch((error: unknown) => {
      METRICS.launches.add({ 'ghostly.browser.result': 'failed' });
      throw error;
    });
    try {
      const onIdle = () => this.#idle.arm();
      const shared = await shareBrowser({ kind, browser, recycleAfter, onRetired, onIdle });
      this.alive.add(shared);
      METRICS.launches.add({ 'ghostly.browser.result': 'started' });
      const gone = () => {
        this.alive.delete(shared);
        this.#spare.drop(shared);
      };
      browser.once('disconnected', gone);
      if (!browser.isConnected()) gone();
      return shared;
    } catch (error) {
      METRICS.launches.add({ 'ghostly.browser.result': 'failed' });
      await settlesWithin(browser.close(), CLOSE_MS);
      throw new BrowserError('browser_launch_failed', `Chromium did not start: ${oneLine(error)}`, {
        cause: error,
      });
    }
  }

  #forget(launched: Promise<SharedBrowser>): void {
    for (const [key, value] of this.#current) if (value === launched) this.#current.delete(key);
    this.#spare.forget(launched);
  }
}
