/*
 * Whether this runner can give a run a browser. Owns the test launches and what is learned from them and from the
 * launches of runs. A runner whose Chromium cannot start takes no runs, so that it does not drain the queue with
 * failures (I13): not before a first successful launch, nor after a few failed ones in a row, until one works again.
 */
import type { Log } from '#shared/process/log.ts';
import { BrowserError } from '../browser/errors.ts';

export interface LaunchHealthDeps {
  log: Log;
  /** Starts a browser as a test. */
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

/** Failed launches in a row after which a runner takes no more runs. */
const MOST_FAILURES = 3;

export function createLaunchHealth(deps: LaunchHealthDeps): LaunchHealth {
  const { log, testLaunch, firstRetryMs = 1_000, maxRetryMs = 30_000 } = deps;
  let failures = 0;
  let ready = false;
  let trouble: string | undefined = 'its first browser is being started';
  let waitMs = firstRetryMs;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const test = async () => {
    try {
      await testLaunch();
      if (closed) return;
      if (failures > 0) log.info({}, 'browsers start again: this runner takes runs');
      [failures, ready, trouble, waitMs] = [0, true, undefined, firstRetryMs];
      deps.onReady();
    } catch (error) {
      if (closed) return;
      failures += 1;
      trouble = messageOf(error);
      log.warn({ err: error, retryMs: waitMs }, 'no browser could be started: this runner takes no runs');
      retry = setTimeout(() => void test(), waitMs);
      waitMs = Math.min(2 * waitMs, maxRetryMs);
    }
  };

  const failed = (error: unknown) => {
    failures += 1;
    if (!ready || closed || failures < MOST_FAILURES) return;
    ready = false;
    trouble = messageOf(error);
    log.warn({ err: error, failures }, 'browsers fail to start: this runner takes no runs until one does');
    retry = setTimeout(() => void test(), waitMs);
  };

  const tried = test();
  return {
    get ready() {
      return ready;
    },
    get trouble() {
      return trouble;
    },
    tried,
    async watch(opening) {
      try {
        const browser = await opening;
        if (ready) failures = 0;
        return browser;
      } catch (error) {
        // A browser that hangs because of a page says nothing about the next launch.
        if (error instanceof BrowserError && error.code === 'browser_launch_failed') failed(error);
        throw error;
      }
    },
    [Symbol.dispose]() {
      closed = true;
      clearTimeout(retry);
    },
  };
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 500);
