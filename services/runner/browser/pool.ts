import { settlesWithin } from '#shared/process/settles-within.ts';
import type { Egress } from '../egress/egress.ts';
import type { BrowserLog } from './browser-log.ts';
import type { BrowserUser } from './browser-user.ts';
import { canPaste } from './can-paste.ts';
import { BrowserError } from './errors.ts';
import { LateVideos } from './late-videos.ts';
import { createLauncher } from './launch.ts';
import { availableMemory } from './memory.ts';
import { type OpenRequest, openRunBrowser, type PoolVideo, type RunBrowser } from './run-browser.ts';
import type { SharedBrowser } from './shared-browser.ts';
import { createSharedBrowsers, type SharedBrowsers } from './shared-browsers.ts';
import { SpareContexts } from './spare-contexts.ts';

export interface BrowserPoolOptions {
  /** Executables; at least one. */
  headlessPath: string | undefined;
  fullPath: string | undefined;
  /** Any ffmpeg that can encode VP8; without one runs go without video. */
  ffmpegPath: string | undefined;
  sandbox: 'auto' | 'on' | 'off';
  /** Private to this process, and its TMPDIR. */
  tempDir: string;
  /** Private to this process; `tempDir` if left out. */
  privateDir?: string | undefined;
  /** The user that Chromium runs as if the runner is root. */
  user?: BrowserUser | undefined;
  /** The runner's environment; Chromium gets a few harmless variables of it. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Whether runs of all projects share a browser (false): weaker isolation, less memory. */
  shareBrowsers?: boolean;
  /** With more browsers than this, idle ones are closed (9). */
  mostBrowsers?: number;
  /** How long an idle browser is kept (60,000 ms). */
  idleMs?: number;
  /** How long after a project got its browser a spare one is started (2,000 ms). */
  aheadMs?: number;
  /** Contexts that are opened ahead, for the next runs, at most (2). */
  mostSpares?: number;
  /** How many videos may be written at a time whose runs have ended (4). */
  mostLateVideos?: number;
  /** How long after the last run on a browser began a context is opened there for the next one (1,000 ms). */
  spareAfterMs?: number;
  /** How long after a run ended (30 ms). */
  spareAfterEndMs?: number;
  /** How long a spare context is kept unused (60,000 ms). */
  spareIdleMs?: number;
  /** Whether there is memory for what is opened ahead; of the machine or its container if left out. */
  hasMemory?(): boolean;
  /** How often that is looked at while something is open ahead (2,000 ms). */
  memoryLookMs?: number;
  /** Runs after which a shared browser is retired (100). */
  recycleAfter?: number;
  /** Whether the runner is root, so that Chromium would refuse its sandbox; detected if left out. */
  isRoot?: boolean;
  /** Timeouts for a launch, and for a context with its page (15,000 ms each). */
  openTimeoutMs?: number;
  /** The only way out of the browsers. */
  egress: Egress;
  log: BrowserLog;
}

export interface BrowserPool {
  /** Starts a headless browser before the first run. */
  warm(): Promise<void>;
  /**
   * Opens a context and page on the project's browser of the kind that the flow asks for; on another one if that is
   * killed, crashes or hangs meanwhile. Cannot be aborted. @throws BrowserError `browser_launch_failed`,
   * `browser_unresponsive`, `pool_closed`
   */
  open(request: OpenRequest): Promise<RunBrowser>;
  /** Whether what is opened now reaches anything: the egress proxy is up. */
  readonly hasEgress: boolean;
  describe(): {
    browsers: { pid: number | undefined; headless: boolean; contexts: number; retired: boolean }[];
    /** Contexts that are open, or being opened, for the next runs. */
    spares: number;
  };
  /** Closes what is open for the next runs; opens nothing ahead any more. */
  stopAhead(): void;
  /** Waits for the videos of ended runs that are still written, so long at most. Never rejects. */
  finishVideos(ms: number): Promise<void>;
  /** Closes every run and browser; kills what does not close within 3 s. Never rejects. */
  close(): Promise<void>;
}

/** Below this a context that is perhaps not needed is not worth its memory, bytes. */
const LEAST_MEMORY = 256 * 2 ** 20;

/**
 * A run whose browser is lost during opening has done nothing yet, and opens on another one. A hanging browser takes
 * long to detect, and one that does not start will not start a moment later: those are tried less often.
 */
function mostTries(error: unknown): number {
  if (!(error instanceof BrowserError)) return 3;
  return error.code === 'browser_unresponsive' ? 2 : 1;
}

export const createBrowserPool = (options: BrowserPoolOptions): BrowserPool => new Pool(options);

/**
 * Owns the runs on the browsers of one runner. Does not own deadlines or steps, nor which runs share a browser
 * (`shared-browsers.ts`). Keeps I8: after `close` no Chromium of this pool is left.
 */
class Pool implements BrowserPool {
  readonly #log: BrowserLog;
  readonly #openTimeoutMs: number;
  readonly #launcher: ReturnType<typeof createLauncher>;
  readonly #browsers: SharedBrowsers;
  readonly #video: PoolVideo;
  readonly #egress: Egress;
  readonly #spares: SpareContexts;
  readonly #runs = new Set<RunBrowser>();
  #warnedNoVideo = false;
  #closing: Promise<void> | undefined;

  constructor(options: BrowserPoolOptions) {
    this.#log = options.log;
    this.#egress = options.egress;
    this.#openTimeoutMs = options.openTimeoutMs ?? 15_000;
    const isRoot = options.isRoot ?? process.getuid?.() === 0;
    this.#launcher = createLauncher({ ...options, isRoot, launchTimeoutMs: this.#openTimeoutMs });
    this.#spares = new SpareContexts({
      most: options.mostSpares ?? 2,
      afterBeginMs: options.spareAfterMs ?? 1_000,
      afterEndMs: options.spareAfterEndMs ?? 30,
      idleMs: options.spareIdleMs ?? 60_000,
      hasMemory: options.hasMemory ?? (() => availableMemory() >= LEAST_MEMORY),
      lookMs: options.memoryLookMs ?? 2_000,
    });
    this.#browsers = createSharedBrowsers({
      launch: this.#launcher.launch,
      shareAll: options.shareBrowsers ?? false,
      recycleAfter: options.recycleAfter ?? 100,
      most: options.mostBrowsers ?? 9,
      idleMs: options.idleMs ?? 60_000,
      aheadMs: options.aheadMs ?? 2_000,
      onSpare: (shared) => this.#spares.open(shared),
    });
    const { ffmpegPath, environment } = options;
    const tempDir = options.privateDir ?? options.tempDir;
    const encoder = ffmpegPath ? { ffmpegPath, tempDir, environment } : undefined;
    this.#video = { encoder, late: new LateVideos(options.log, options.mostLateVideos ?? 4) };
  }

  get hasEgress(): boolean {
    return this.#egress.ready;
  }

  async warm(): Promise<void> {
    this.#refuseIfClosed();
    await this.#browsers.warm(this.#launcher.kindFor({ headless: true, pastes: false }));
  }

  async open(request: OpenRequest): Promise<RunBrowser> {
    if (request.flow.recordVideoOnFailure && !this.#video.encoder && !this.#warnedNoVideo) {
      this.#warnedNoVideo = true;
      this.#log.warn({}, 'no ffmpeg was found: runs go without video');
    }
    const pastes = canPaste(request.flow);
    const kind = this.#launcher.kindFor({ headless: request.flow.headless, pastes });
    for (let tries = 1; ; tries += 1) {
      this.#refuseIfClosed();
      try {
        const shared = await (pastes
          ? this.#browsers.takeAlone(kind)
          : this.#browsers.take(kind, request.projectId));
        return await this.#openOn(shared, request, pastes);
      } catch (error) {
        this.#refuseIfClosed();
        if (tries === mostTries(error)) throw error;
      }
    }
  }

  describe(): ReturnType<BrowserPool['describe']> {
    const browsers = [...this.#browsers.alive].map(({ pid, kind, contexts, retired }) => ({
      pid,
      headless: kind !== 'headed',
      contexts,
      retired,
    }));
    return { browsers, spares: this.#spares.size };
  }

  stopAhead(): void {
    this.#spares.stop();
  }

  finishVideos(ms: number): Promise<void> {
    return this.#video.late.flush(ms);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #openOn(shared: SharedBrowser, request: OpenRequest, alone: boolean): Promise<RunBrowser> {
    const opening = this.#openInTime(shared, request);
    if (alone) shared.retire();
    const run = await opening;
    if (this.#closing !== undefined) {
      await run.close({ keepVideo: false, reason: 'the runner stops' });
      this.#refuseIfClosed();
    }
    this.#runs.add(run);
    this.#spares.onBegun(shared);
    const { close } = run;
    const ended = () => {
      if (this.#runs.delete(run)) this.#spares.onEnded(shared);
    };
    return Object.assign(run, {
      close: (how: Parameters<typeof close>[0]) => close(how).finally(ended),
    });
  }

  /** What a browser is asked for while it dies may never be answered: then that it is gone is the answer. */
  async #openInTime(shared: SharedBrowser, request: OpenRequest): Promise<RunBrowser> {
    const ms = this.#openTimeoutMs;
    const opening = openRunBrowser(shared, request, () => this.#spares.take(shared), this.#video, this.#log);
    const lost = shared.gone.then(() => {
      throw new Error('the browser ended while it opened a page');
    });
    const opened = Promise.race([opening, lost]);
    try {
      if (await settlesWithin(opened, ms)) return await opened;
      this.#log.warn({ pid: shared.pid }, 'a browser opened no page in time and is killed');
      await shared.kill();
      throw new BrowserError('browser_unresponsive', `the browser gave no page within ${ms} ms`);
    } catch (error) {
      void opening.then(
        (run) => run.close({ keepVideo: false, reason: 'opened too late' }),
        () => undefined,
      );
      throw error;
    }
  }

  #refuseIfClosed(): void {
    if (this.#closing !== undefined)
      throw new BrowserError('pool_closed', 'the runner stops and opens no browser any more');
  }

  async #closeAll(): Promise<void> {
    this.stopAhead();
    const shut = [...this.#runs].map((run) => run.close({ keepVideo: false, reason: 'the runner stops' }));
    await Promise.all([settlesWithin(Promise.all(shut), 2_000), this.finishVideos(2_000)]);
    await this.#browsers.close();
  }
}
