/*
 * Whether this runner can start browsers. Owns the test launches and the results of all launches. A runner takes no runs
 * before its first good launch, and after a few failed ones in a row, so that it does not empty the queue (I13).
 */
import type { Log } from '#shared/platform/log/log.ts';
import { BrowserError, type BrowserErrorCode } from '../browser/errors.ts';

export interface LaunchHealthDeps {
  log: Log;
  /** Starts a browser, and opens a page on it, as a test. */
  testLaunch(): Promise<void>;
  /** Called when it can take runs (again). */
  onReady(): void;
  firstRetryMs?: number;
  maxRetryMs?: number;
}

export interface LaunchHealth extends Disposable {
  readonly ready: boolean;
  /** Why not. */
  readonly trouble: string | undefined;
  /** Resolves after the first test launch, however it ended. */
  tried: Promise<void>;
  /** Waits for the browser of a run, and records whether it started. */
  watch<Browser>(opening: Promise<Browser>): Promise<Browser>;
}

/** A browser that never gave a page counts as not started. */
const FAILURES: readonly BrowserErrorCode[] = ['browser_launch_failed', 'browser_pageless'];
/** Failed launches in a row after which a runner takes no more runs. */
const MOST_FAILURES = 3;
const FIRST_RETRY_MS = 1_000;
const MOST_RETRY_MS = 30_000;

export const createLaunchHealth = (deps: LaunchHealthDeps): LaunchHealth => new Health(deps);

class Health implements LaunchHealth {
  readonly #deps: LaunchHealthDeps;
  /** Browsers without a page, by their errors: several runs may have waited for one. */
  readonly #counted = new WeakSet<BrowserError>();
  readonly tried: Promise<void>;
  ready = false;
  trouble: string | undefined = 'its first browser is being started';
  #failures = 0;
  #waitMs: number;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(deps: LaunchHealthDeps) {
    this.#deps = deps;
    this.#waitMs = deps.firstRetryMs ?? FIRST_RETRY_MS;
    this.tried = this.#test();
  }

  async watch<Browser>(opening: Promise<Browser>): Promise<Browser> {
    try {
      const browser = await opening;
      if (this.ready) this.#failures = 0;
      return browser;
    } catch (error) {
      // A browser that hangs because of a page says nothing about the next launch.
      if (error instanceof BrowserError && FAILURES.includes(error.code)) this.#onFailed(error);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#retry);
  }

  async #test(): Promise<void> {
    const { log, testLaunch, onReady, maxRetryMs = MOST_RETRY_MS } = this.#deps;
    try {
      await testLaunch();
      if (this.#closed) return;
      if (this.#failures > 0) log.info({}, 'browsers start again: this runner takes runs');
      this.#recover();
      onReady();
    } catch (error) {
      if (this.#closed) return;
      this.#failures += 1;
      this.trouble = messageOf(error);
      log.warn(
        { err: error, retryMs: this.#waitMs },
        'no browser could be started: this runner takes no runs',
      );
      this.#testLater();
      this.#waitMs = Math.min(2 * this.#waitMs, maxRetryMs);
    }
  }

  #recover(): void {
    this.#failures = 0;
    this.ready = true;
    this.trouble = undefined;
    this.#waitMs = this.#deps.firstRetryMs ?? FIRST_RETRY_MS;
  }

  #onFailed(error: BrowserError): void {
    if (error.code === 'browser_pageless' && this.#counted.has(error)) return;
    this.#counted.add(error);
    this.#failures += 1;
    const failures = this.#failures;
    if (!this.ready || this.#closed || failures < MOST_FAILURES) return;
    this.ready = false;
    this.trouble = messageOf(error);
    const { log } = this.#deps;
    log.warn({ err: error, failures }, 'browsers fail to start: this runner takes no runs until one does');
    this.#testLater();
  }

  #testLater(): void {
    this.#retry = setTimeout(() => void this.#test(), this.#waitMs);
  }
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 500);
