import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { SharedBrowser } from '../chromium/shared-browser.ts';
import { type OpenedContext, openContext } from './open-context.ts';

export interface SpareContextsOptions {
  /** The most spare contexts on all browsers together; 0: none. */
  most: number;
  /** How long one is kept unused, ms. */
  idleMs: number;
  /** How long after a run began on a browser another one is opened there, ms. */
  afterBeginMs: number;
  /** How long after a run ended there, ms; with a full queue the next one has begun by then. */
  afterEndMs: number;
  /** Whether there is memory for one. */
  hasMemory(): boolean;
  /** How often that is looked at while there are some, ms. */
  lookMs: number;
}

interface Spare {
  readonly on: SharedBrowser;
  readonly opening: Promise<OpenedContext>;
  /** It is open and unharmed. */
  isOpen: boolean;
  readonly since: number;
}

/** How long a context may take to show that it is alive; else the run opens one of its own. */
const PROOF_MS = 250;

/**
 * Owns the contexts, each with a page, that are opened ahead for the next run on browsers in use. Each is for one run: it
 * leaves the set before it is awaited. Does not own the browsers, nor contexts that are taken.
 */
export class SpareContexts {
  readonly #options: SpareContextsOptions;
  readonly #spares = new Set<Spare>();
  readonly #soon = new Map<SharedBrowser, NodeJS.Timeout>();
  #look: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SpareContextsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#spares.size;
  }

  /**
   * One on this browser, for this caller alone. Resolves with undefined if there is none, or if it is dead: then the caller
   * opens its own. May never settle if the browser hangs.
   */
  async take(on: SharedBrowser): Promise<OpenedContext | undefined> {
    this.#cancelSoon(on); // a run that opens its own is not held up by a spare one that is being opened
    const found = [...this.#spares].filter((spare) => spare.on === on);
    const spare = found.find(({ isOpen }) => isOpen) ?? found[0];
    if (spare === undefined) return undefined;
    this.#spares.delete(spare);
    const opened = await spare.opening.catch(() => undefined);
    if (opened === undefined || (await isAlive(opened))) return opened;
    void opened.context.close().catch(() => undefined);
    return undefined;
  }

  /** A run has its context on it: another one is opened in a while, out of its way. */
  onBegun(on: SharedBrowser): void {
    this.#soonOpen(on, this.#options.afterBeginMs);
  }

  /** A run's context on it is gone: another one is opened when that is stored and published. */
  onEnded(on: SharedBrowser): void {
    this.#soonOpen(on, this.#options.afterEndMs);
  }

  /** Opens one if there is room: where there is none, the one that is unused for longest makes room if it has aged. */
  open(on: SharedBrowser): void {
    this.#cancelSoon(on);
    for (const spare of this.#spares) if (spare.on.retired) this.#drop(spare);
    if (this.#stopped || on.retired || !this.#hasRoom(on)) return;
    const spare: Spare = { on, opening: openContext(on), isOpen: false, since: performance.now() };
    this.#spares.add(spare);
    spare.opening.then(
      (opened) => this.#onOpened(spare, opened),
      () => this.#spares.delete(spare),
    );
    this.#look ??= setInterval(() => this.#check(), this.#options.lookMs).unref();
  }

  /** Closes them all; opens none any more. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#look);
    for (const timer of this.#soon.values()) clearTimeout(timer);
    this.#soon.clear();
    for (const spare of this.#spares) this.#drop(spare);
  }

  #soonOpen(on: SharedBrowser, afterMs: number): void {
    this.#cancelSoon(on);
    if (this.#stopped || this.#options.most === 0) return;
    this.#soon.set(on, setTimeout(() => this.open(on), afterMs).unref());
  }

  #cancelSoon(on: SharedBrowser): void {
    clearTimeout(this.#soon.get(on));
    this.#soon.delete(on);
  }

  #onOpened(spare: Spare, { context, page }: OpenedContext): void {
    spare.isOpen = true;
    const gone = () => {
      if (this.#spares.has(spare)) this.#drop(spare);
    };
    page.once('crash', gone);
    page.once('close', gone);
    context.once('close', gone);
    if (page.isClosed()) gone();
  }

  #hasRoom(on: SharedBrowser): boolean {
    const { most, hasMemory } = this.#options;
    if (most === 0 || !hasMemory()) return false;
    if (this.#spares.size < most) return true;
    const oldest = [...this.#spares].find((spare) => spare.on !== on);
    if (oldest === undefined || performance.now() - oldest.since < this.#options.afterBeginMs) return false;
    this.#drop(oldest);
    return true;
  }

  #check(): void {
    const { idleMs, hasMemory } = this.#options;
    const now = performance.now();
    const isShort = !hasMemory();
    for (const spare of this.#spares)
      if (isShort || spare.on.retired || now - spare.since >= idleMs) this.#drop(spare);
    if (this.#spares.size > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }

  #drop(spare: Spare): void {
    this.#spares.delete(spare);
    spare.opening.then(({ context }) => context.close()).catch(() => undefined); // it is gone already
  }
}

async function isAlive({ page }: OpenedContext): Promise<boolean> {
  const answer = page.evaluate(() => true).catch(() => false);
  return (await settlesWithin(answer, PROOF_MS)) && (await answer);
}
