import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { Egress } from '../egress/egress.ts';
import type { BrowserLog } from './chromium/browser-log.ts';
import type { BrowserUser } from './chromium/browser-user.ts';
import { canPaste } from './chromium/can-paste.ts';
import { createLauncher } from './chromium/launch.ts';
import { availableMemory } from './chromium/memory.ts';
import { mostTries, openInTime, unlessPageless } from './chromium/open-in-time.ts';
import type { SharedBrowser } from './chromium/shared-browser.ts';
import { createSharedBrowsers, type SharedBrowsers } from './chromium/shared-browsers.ts';
import { BrowserError } from './errors.ts';
import { LateVideos } from './evidence/late-videos.ts';
import { createEncoderTrial } from './evidence/try-encoder.ts';
import { type OpenedContext, openContext } from './page/open-context.ts';
import { SpareContexts } from './page/spare-contexts.ts';
import { Traces } from './playwright-trace/run-trace.ts';
import { raceSignal } from './race.ts';
import { type Equipment, type OpenRequest, openRunBrowser, type RunBrowser } from './run-browser.ts';

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
  /** The users that Chromium and the encoder run as, if the runner may switch users. */
  user?: BrowserUser | undefined;
  encoderUser?: BrowserUser | undefined;
  /** Where recordings are written; `privateDir` if left out. */
  videos?: string | undefined;
  /** The runner's environment; Chromium gets a few harmless variables of it. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Whether runs of all projects share a browser (false): weaker isolation, less memory. */
  shareBrowsers?: boolean;
  /** Above this number, idle browsers are closed (9). */
  mostBrowsers?: number;
  /** How long an idle browser is kept (60,000 ms). */
  idleMs?: number;
  /** How long after a project got its browser a spare one is started (2,000 ms). */
  aheadMs?: number;
  /** Contexts that are opened ahead, for the next runs, at most (2). */
  mostSpares?: number;
  /** How many videos may be written at a time whose runs have ended (4). */
  mostLateVideos?: number;
  /** What a trace of Playwright may take, MiB (20). */
  mostTraceMib?: number;
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
  /** The same, and opens a page on it. @throws BrowserError `browser_launch_failed`, `browser_pageless`, `pool_closed` */
  testLaunch(): Promise<void>;
  /**
   * Opens a context and page on a browser of the project; on another one if that fails. None comes after it is
   * abandoned. @throws OpeningAbandoned; BrowserError `browser_launch_failed`, `browser_pageless`,
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
  /** Waits for the videos and traces of ended runs that are still written, so long at most. Never rejects. */
  finishEvidence(ms: number): Promise<void>;
  /** Closes every run and browser; kills what does not close within 3 s. Never rejects. */
  close(): Promise<void>;
}

/** Below this a context that is perhaps not needed is not worth its memory, bytes. */
const LEAST_MEMORY = 256 * 2 ** 20;

/** The browser, or `OpeningAbandoned`. */
const unlessAbandoned = (taken: Promise<SharedBrowser>, { abandoned }: OpenRequest) =>
  abandoned ? raceSignal(taken, abandoned) : taken;

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
  readonly #equipment: Equipment;
  readonly #egress: Egress;
  readonly #spares: SpareContexts;
  readonly #runs = new Set<RunBrowser>();
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
    const { ffmpegPath, environment, encoderUser: user } = options;
    const videos = options.videos ?? options.privateDir ?? options.tempDir;
    const encoder = ffmpegPath ? { ffmpegPath, videos, environment, user } : undefined;
    this.#equipment = {
      encoder: createEncoderTrial(encoder, options.log),
      late: new LateVideos(options.log, options.mostLateVideos ?? 4),
      traces: new Traces(options.mostTraceMib ?? 20, options.log),
      hasDisplay: this.#launcher.hasDisplay,
    };
  }

  get hasEgress(): boolean {
    return this.#egress.ready;
  }

  async warm(): Promise<void> {
    this.#refuseIfClosed();
    await this.#browsers.warm(this.#launcher.kindFor({ headless: true, pastes: false }));
  }

  async testLaunch(): Promise<void> {
    this.#refuseIfClosed();
    const shared = await this.#browsers.warm(this.#launcher.kindFor({ headless: true, pastes: false }));
    // Whether it gives a page is asked; one that does not close goes with its browser.
    const close = ({ context }: OpenedContext) => context.close().catch(() => undefined);
    try {
      await close(await this.#openInTime(shared, openContext(shared), close));
    } catch (error) {
      this.#refuseIfClosed();
      await shared.kill();
      throw unlessPageless(shared, error as Error);
    }
  }

  async open(request: OpenRequest): Promise<RunBrowser> {
    const pastes = canPaste(request.flow);
    const kind = this.#launcher.kindFor({ headless: request.flow.headless, pastes });
    for (let tries = 1; ; tries += 1) {
      this.#refuseIfClosed();
      const taken = pastes ? this.#browsers.takeAlone(kind) : this.#browsers.take(kind, request.projectId);
      try {
        return await this.#openOn(await unlessAbandoned(taken, request), request, pastes);
      } catch (error) {
        // A browser that no other run may use is no run's now.
        if (pastes) taken.then((shared) => shared.retire()).catch(() => undefined);
        this.#refuseIfClosed();
        if (request.abandoned?.aborted) throw error;
        const failed = unlessPageless(await taken, error as Error);
        if (tries >= mostTries(failed)) throw failed;
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

  async finishEvidence(ms: number): Promise<void> {
    await Promise.all([this.#equipment.late.flush(ms), this.#equipment.traces.flush(ms)]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #openOn(shared: SharedBrowser, request: OpenRequest, alone: boolean): Promise<RunBrowser> {
    const takeSpare = () => this.#spares.take(shared);
    const opening = openRunBrowser(shared, request, takeSpare, this.#equipment, this.#log);
    const discard = (late: RunBrowser) =>
      late.close({ keepVideo: false, reason: 'opened too late', isUnused: true });
    const opened = this.#openInTime(shared, opening, discard, request.abandoned);
    if (alone) shared.retire();
    const run = await opened;
    if (this.#closing !== undefined) {
      await run.close({ keepVideo: false, reason: 'the runner stops', isUnused: true });
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

  #openInTime<Opened>(
    shared: SharedBrowser,
    opening: Promise<Opened>,
    discard: (opened: Opened) => unknown,
    abandoned?: AbortSignal,
  ): Promise<Opened> {
    return openInTime(shared, opening, { ms: this.#openTimeoutMs, log: this.#log, discard, abandoned });
  }

  #refuseIfClosed(): void {
    if (this.#closing !== undefined)
      throw new BrowserError('pool_closed', 'the runner stops and opens no browser any more');
  }

  async #closeAll(): Promise<void> {
    this.stopAhead();
    const shut = [...this.#runs].map((run) => run.close({ keepVideo: false, reason: 'the runner stops' }));
    await Promise.all([settlesWithin(Promise.all(shut), 2_000), this.finishEvidence(2_000)]);
    await this.#browsers.close();
  }
}
