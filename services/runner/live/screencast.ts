/*
 * Pictures of a page as it is painted. Owns a session of its own with it. Chromium sends three at most without an answer,
 * and drops what follows: so the last state is asked for once a page comes to rest.
 */
import {
  type Capture,
  type CaptureOptions,
  type Cdp,
  ignoreGone,
  LARGEST_SHOT,
  openCdp,
  QUALITIES,
} from './capture.ts';

/** So many pictures come without an answer. With two never answered, each answer brings one. */
const IN_FLIGHT = 3;
/** After this time without a picture a page is at rest, ms. */
const REST_MS = 120;
/** So long after the last picture it is looked once more, ms: what was painted before the answer to it may have been dropped. */
const LAST_LOOK_MS = 1_000;
/** So long before a picture is due it is asked for, and taken, ms: it comes with one of the next frames that are painted. */
const AHEAD_MS = 25;

/** What is used of Chromium's message. */
interface Painted {
  data: string;
  sessionId: number;
  metadata: { deviceWidth: number; deviceHeight: number; timestamp?: number };
}

export class Screencast implements Capture {
  readonly #options: CaptureOptions;
  readonly #leave: () => void;
  #cdp: Cdp | undefined;
  #stopped = false;
  /** The pictures that are not answered. */
  #open: number[] = [];
  /** There may be a newer state than what was shown. */
  #isBehind = false;
  #last: Buffer | undefined;
  #shownAt = Number.NEGATIVE_INFINITY;
  #worse = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;
  /** The next picture is the page as it is. */
  #isFirst = true;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#leave = options.budget.enter();
    this.#start().catch(() => this.stop());
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  poke(): void {
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#looking);
    this.#moves();
    this.#leave();
    this.#cdp?.detach();
    this.#cdp = undefined;
  }

  async #start(): Promise<void> {
    const cdp = await openCdp(this.#options.page);
    if (this.#stopped) return cdp.detach();
    this.#cdp = cdp;
    cdp.session.on('Page.screencastFrame', (frame) => this.#take(frame));
    await this.#begin();
  }

  async #begin(): Promise<void> {
    const { longest } = this.#options;
    this.#open = [];
    // A busy page may lose the first picture: it is asked for again then.
    this.#isBehind = true;
    this.#isFirst = true;
    await this.#cdp?.send('Page.startScreencast', {
      format: 'jpeg',
      quality: QUALITIES[this.#worse]!,
      maxWidth: longest,
      maxHeight: longest,
    });
  }

  /** The first picture of a new one is the page as it is. */
  #again(): void {
    clearTimeout(this.#looking);
    const stopping = this.#cdp?.send('Page.stopScreencast');
    void stopping?.then(() => this.#begin()).catch(ignoreGone);
  }

  #take({ data, metadata, sessionId }: Painted): void {
    if (this.#stopped) return;
    this.#open.push(sessionId);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (this.#dueInMs() > AHEAD_MS || !this.#options.hasRoom()) {
      this.#isBehind = true;
      this.#wake();
      return;
    }
    this.#moves();
    const jpeg = Buffer.from(data, 'base64');
    const isNew = !this.#last?.equals(jpeg);
    if (isNew || !isFirst) this.#lookLater();
    if (!isNew) {
      this.#rest();
      return;
    }
    this.#isBehind = this.#open.length >= IN_FLIGHT;
    this.#last = jpeg;
    this.#shownAt = performance.now();
    if (jpeg.length > LARGEST_SHOT && this.#worse < QUALITIES.length - 1) {
      this.#worse += 1;
      this.#again();
      return;
    }
    const { deviceWidth: width, deviceHeight: height, timestamp = Date.now() / 1_000 } = metadata;
    if (jpeg.length <= LARGEST_SHOT) this.#options.show({ jpeg, width, height, at: timestamp * 1e6 }, true);
    this.#wake();
  }

  #moves(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
  }

  #lookLater(): void {
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => this.#again(), LAST_LOOK_MS);
  }

  /** Nothing has changed since: the next change comes at once. */
  #rest(): void {
    this.#isBehind = false;
    while (this.#open.length > 0) this.#answer();
  }

  #answer(): void {
    const sessionId = this.#open.shift();
    if (sessionId !== undefined) this.#cdp?.send('Page.screencastFrameAck', { sessionId }).catch(ignoreGone);
  }

  #dueInMs(): number {
    const { everyMs, budget } = this.#options;
    const pause = Math.max(everyMs(), budget.pauseAfter(this.#last?.length ?? 0));
    return this.#shownAt + pause - performance.now();
  }

  /** Asks for the next picture once it is due, if there may be one. */
  #wake(): void {
    clearTimeout(this.#timer);
    if (this.#stopped || !this.#isBehind) return;
    this.#timer = setTimeout(
      () => {
        if (!this.#options.hasRoom()) return;
        if (this.#open.length >= IN_FLIGHT) this.#answer();
        this.#resting ??= setTimeout(() => {
          this.#resting = undefined;
          this.#again();
        }, REST_MS);
      },
      Math.max(0, this.#dueInMs() - AHEAD_MS),
    );
  }
}
