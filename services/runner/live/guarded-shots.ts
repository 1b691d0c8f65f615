/*
 * Pictures of a page that may show a secret: each is taken by itself, between two looks at the page, as what Chromium paints
 * may be older than what a look finds. Owns a session of its own with the page, and the time of the next picture.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { raceSignal } from '../browser/race.ts';
import {
  type Capture,
  type CaptureOptions,
  type Cdp,
  ignoreGone,
  LARGEST_SHOT,
  openCdp,
  QUALITIES,
  type Shot,
} from './capture.ts';
import type { SecretGuard } from './secret-guard.ts';

/** Each takes a look at all of the page's fields, before and after. */
const SHORTEST_MS = 500;
/** How long a page may take for one, ms. */
const SHOT_MS = 2_000;

export interface GuardedOptions extends CaptureOptions {
  guard: SecretGuard;
  /** There is something to cover. */
  cover(): void;
}

export class GuardedShots implements Capture {
  readonly #options: GuardedOptions;
  readonly #stopping = new AbortController();
  #wanted = Promise.withResolvers<void>();
  #last: Buffer | undefined;

  constructor(options: GuardedOptions) {
    this.#options = options;
    void this.#go();
  }

  get stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  poke(): void {
    this.#wanted.resolve();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #go(): Promise<void> {
    const { page, everyMs, hasRoom, budget } = this.#options;
    const { signal } = this.#stopping;
    const leave = budget.enter();
    let cdp: Cdp | undefined;
    try {
      cdp = await raceSignal(openCdp(page), signal);
      while (!signal.aborted) {
        if (hasRoom()) await this.#shoot(cdp);
        else await raceSignal(this.#wanted.promise, signal);
        this.#wanted = Promise.withResolvers();
        const pause = Math.max(SHORTEST_MS, everyMs(), budget.pauseAfter(this.#last?.length ?? 0));
        await delay(pause, undefined, { signal });
      }
    } catch {
      // It was stopped, or the page is gone.
    } finally {
      this.#stopping.abort();
      leave();
      cdp?.detach();
    }
  }

  async #shoot(cdp: Cdp): Promise<void> {
    const { page, guard, show, cover } = this.#options;
    const until = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(SHOT_MS)]);
    const shooting = guard.uncovered(page, () => this.#shot(cdp));
    const shot = await raceSignal(shooting, until).catch(ignoreGone);
    if (this.stopped) return;
    if (!shot) return cover();
    const isNew = !this.#last?.equals(shot.jpeg);
    this.#last = shot.jpeg;
    if (shot.jpeg.length <= LARGEST_SHOT) show(shot, isNew);
  }

  async #shot(cdp: Cdp): Promise<Shot> {
    const { visualViewport } = await cdp.send('Page.getLayoutMetrics');
    const { pageX: x, pageY: y, clientWidth: width, clientHeight: height } = visualViewport;
    const scale = Math.min(1, this.#options.longest / Math.max(width, height, 1));
    const { data } = await cdp.send('Page.captureScreenshot', {
      format: 'jpeg',
      quality: QUALITIES[0],
      optimizeForSpeed: true,
      clip: { x, y, width, height, scale },
    });
    return { jpeg: Buffer.from(data, 'base64'), width, height, at: Date.now() * 1_000 };
  }
}
