import type { BrowserKind } from './browser-kind.ts';
import type { SharedBrowser } from './shared-browser.ts';

export interface SpareOptions {
  launch(kind: BrowserKind): Promise<SharedBrowser>;
  /** How long after the last launch a spare browser is started, ms. */
  afterMs: number;
  /** Whether there may be another browser. */
  hasRoom(): boolean;
  onReady(shared: SharedBrowser): void;
}

/** Owns the browsers that are started, one of each kind at most, for the next project that has none. */
export class SpareBrowsers {
  readonly #options: SpareOptions;
  readonly #ahead = new Map<BrowserKind, Promise<SharedBrowser>>();
  readonly #ready = new Set<SharedBrowser>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SpareOptions) {
    this.#options = options;
  }

  /** The spare one, which may still be starting; it is spare no more. */
  take(kind: BrowserKind): Promise<SharedBrowser> | undefined {
    const taken = this.#ahead.get(kind);
    this.#ahead.delete(kind);
    return taken;
  }

  /** Starts one if there is none. */
  warm(kind: BrowserKind): Promise<SharedBrowser> {
    return this.#ahead.get(kind) ?? this.#start(kind);
  }

  /** Starts one a while after the last call, so not while others are starting. */
  soon(kind: BrowserKind): void {
    const { afterMs, hasRoom } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#ahead.has(kind) || !hasRoom()) return;
      this.#start(kind).catch(() => undefined); // the next caller that needs one gets the error
    }, afterMs);
  }

  /** Whether it is ready. */
  has(shared: SharedBrowser): boolean {
    return this.#ready.has(shared);
  }

  /** It is in use, or gone. */
  drop(shared: SharedBrowser): void {
    this.#ready.delete(shared);
  }

  /** It failed to start, or is retired. */
  forget(launched: Promise<SharedBrowser>): void {
    for (const [kind, value] of this.#ahead) if (value === launched) this.#ahead.delete(kind);
  }

  /** None will be started by itself any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  async #start(kind: BrowserKind): Promise<SharedBrowser> {
    const launched = this.#options.launch(kind);
    this.#ahead.set(kind, launched);
    try {
      const shared = await launched;
      if (this.#ahead.get(kind) === launched) {
        this.#ready.add(shared);
        this.#options.onReady(shared);
      }
      return shared;
    } catch (error) {
      this.forget(launched);
      throw error;
    }
  }
}
