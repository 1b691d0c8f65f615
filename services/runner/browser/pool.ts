import type { Browser } from 'playwright';
import { settlesWithin } from '#shared/process/settles-within.ts';
import type { BrowserLog } from './browser-log.ts';
import { BrowserError } from './errors.ts';
import { oneLine } from './failure.ts';
import { type BrowserKind, createLauncher } from './launch.ts';
import { type OpenRequest, openRunBrowser, type RunBrowser } from './run-browser.ts';
import { type SharedBrowser, shareBrowser } from './shared-browser.ts';

export interface BrowserPoolOptions {
  /** Executables; at least one. */
  headlessPath: string | undefined;
  fullPath: string | undefined;
  /** Any ffmpeg that can encode VP8; without one runs go without video. */
  ffmpegPath: string | undefined;
  sandbox: 'auto' | 'on' | 'off';
  /** Private to this process, and its TMPDIR. */
  tempDir: string;
  /** The runner's environment, of which Chromium gets a few harmless variables. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Runs after which a shared browser is retired (100). */
  recycleAfter?: number;
  /** Whether Chromium would refuse its sandbox for it; as the process runs, if left out. */
  isRoot?: boolean;
  /** Longest time for a launch, and for a context and page (15,000 ms each). */
  openTimeoutMs?: number;
  log: BrowserLog;
}

export interface BrowserPool {
  /** Starts the shared headless browser ahead of the first run. */
  warm(): Promise<void>;
  /**
   * A fresh context and page on the shared browser of the kind that the flow asks for. Cannot be aborted.
   * @throws BrowserError `browser_launch_failed`, `browser_unresponsive`, `pool_closed`
   */
  open(request: OpenRequest): Promise<RunBrowser>;
  describe(): {
    browsers: { pid: number | undefined; headless: boolean; contexts: number; retired: boolean }[];
  };
  /** Closes every run and browser; kills what does not close within 3 s. Never rejects. */
  close(): Promise<void>;
}

/**
 * Owns the shared browsers of one runner: at most one of each kind takes new runs, older ones live until their last
 * run is closed. Does not own runs, deadlines or steps. Keeps I8: after `close` no Chromium of this pool is left.
 */
export function createBrowserPool(options: BrowserPoolOptions): BrowserPool {
  const { log, recycleAfter = 100, openTimeoutMs = 15_000 } = options;
  const isRoot = options.isRoot ?? process.getuid?.() === 0;
  const launcher = createLauncher({ ...options, isRoot, launchTimeoutMs: openTimeoutMs });
  const current = new Map<BrowserKind, Promise<SharedBrowser>>();
  const alive = new Set<SharedBrowser>();
  const runs = new Set<RunBrowser>();
  const video = options.ffmpegPath ? { ffmpegPath: options.ffmpegPath, tempDir: options.tempDir } : undefined;
  let toldNoVideo = false;
  let closing: Promise<void> | undefined;

  /** The browser that takes new runs; opens at the same time share one launch. */
  function sharedFor(kind: BrowserKind): Promise<SharedBrowser> {
    const known = current.get(kind);
    if (known !== undefined) return known;
    const launched = launch(kind);
    current.set(kind, launched);
    launched.catch(() => forget(kind, launched));
    return launched;

    async function launch(kind: BrowserKind): Promise<SharedBrowser> {
      const browser = await launcher.launch(kind);
      const shared = await share(browser);
      alive.add(shared);
      browser.once('disconnected', () => alive.delete(shared));
      if (!browser.isConnected()) alive.delete(shared);
      return shared;
    }

    async function share(browser: Browser): Promise<SharedBrowser> {
      try {
        return await shareBrowser(kind, browser, recycleAfter, () => forget(kind, launched));
      } catch (error) {
        await browser.close();
        throw new BrowserError('browser_launch_failed', `Chromium did not start: ${oneLine(error)}`, {
          cause: error,
        });
      }
    }
  }

  function forget(kind: BrowserKind, launched: Promise<SharedBrowser>): void {
    if (current.get(kind) === launched) current.delete(kind);
  }

  async function open(request: OpenRequest): Promise<RunBrowser> {
    refuseIfClosed();
    if (request.flow.recordVideoOnFailure && !video && !toldNoVideo) {
      toldNoVideo = true;
      log.warn({}, 'no ffmpeg was found: runs go without video');
    }
    const kind = launcher.kindFor(request.flow.headless);
    try {
      return await openOn(await sharedFor(kind), request);
    } catch (error) {
      refuseIfClosed();
      if (error instanceof BrowserError) throw error;
      // The browser went away between two runs, or under this one: a fresh one decides.
      return await openOn(await sharedFor(kind), request);
    }
  }

  async function openOn(shared: SharedBrowser, request: OpenRequest): Promise<RunBrowser> {
    const opening = openRunBrowser(shared, request, video, log);
    if (!(await settlesWithin(opening, openTimeoutMs))) {
      log.warn({ pid: shared.pid }, 'a browser gives no page and is killed');
      await shared.kill();
      await opening
        .then((run) => run.close({ keepVideo: false, reason: 'opened too late' }))
        .catch(() => undefined);
      throw new BrowserError('browser_unresponsive', `the browser gave no page within ${openTimeoutMs} ms`);
    }
    const run = await opening;
    if (closing !== undefined) {
      await run.close({ keepVideo: false, reason: 'the runner stops' });
      refuseIfClosed();
    }
    runs.add(run);
    return { ...run, close: (how) => run.close(how).finally(() => runs.delete(run)) };
  }

  function refuseIfClosed(): void {
    if (closing !== undefined)
      throw new BrowserError('pool_closed', 'the runner stops and opens no browser any more');
  }

  async function closeAll(): Promise<void> {
    const launching = [...current.values()];
    const shut = [...runs].map((run) => run.close({ keepVideo: false, reason: 'the runner stops' }));
    await settlesWithin(Promise.all(shut), 2_000);
    await Promise.allSettled(launching);
    await Promise.all([...alive].map((shared) => shared.close()));
  }

  return {
    async warm() {
      refuseIfClosed();
      await sharedFor(launcher.kindFor(true));
    },
    open,
    describe: () => ({
      browsers: [...alive].map(({ pid, kind, contexts, retired }) => ({
        pid,
        headless: kind !== 'headed',
        contexts,
        retired,
      })),
    }),
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
