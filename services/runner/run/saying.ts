/*
 * When what a run's page says is stored: while a step goes on at most once a second, and right before the step's end. Owns
 * its timer, and what is ready to be stored; not the writing, which never waits for this and which this never delays.
 */

import type { NewEvent } from '#shared/domain/events/events.ts';
import { payloadOf } from '#shared/domain/events/payload.ts';
import type { Said } from '#shared/domain/events/said.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { ReadSaid } from '../browser/said/heard.ts';
import type { PageSaid } from '../browser/said/page-said.ts';

const EACH_MS = 1_000;
/** How long the end of a step waits for texts to be redacted, ms; what is not ready then is stored later. */
const READY_WITHIN_MS = 100;
/** The most in one event, which stays far from the largest message of NATS. */
const MOST_IN_EVENT = 50;

export interface Saying {
  /** A step begins on this page. */
  begin(phase: StepPhase, index: number, page: PageSaid): void;
  /** The step has ended, or its page: what was said until now becomes ready. */
  end(failed: boolean): Promise<void>;
  /** The events of what is ready, once. */
  take(): NewEvent[];
  /** `store` is called when something is ready while a step goes on, at most once a second; false: not now. */
  onReady(store: () => boolean): void;
  /** Nothing more is stored. */
  stop(): void;
}

/** `now`: epoch ms. */
export const createSaying = (now: () => number): Saying => new LiveSaying(now);

class LiveSaying implements Saying {
  readonly #now: () => number;
  #place: { phase: StepPhase; index: number } | undefined;
  #page: PageSaid | undefined;
  #store: (() => boolean) | undefined;
  #isActing = false;
  #timer: NodeJS.Timeout | undefined;
  #ready: (ReadSaid & { at: number }) | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(phase: StepPhase, index: number, page: PageSaid): void {
    this.#place = { phase, index };
    this.#page = page;
    this.#isActing = true;
    page.onHeard(() => this.#arm());
    if (!page.isEmpty) this.#arm();
  }

  async end(failed: boolean): Promise<void> {
    this.#isActing = false;
    this.#disarm();
    await settlesWithin(this.#prepare(Number.POSITIVE_INFINITY, { isEnd: true, failed }), READY_WITHIN_MS);
  }

  take(): NewEvent[] {
    const [ready, place] = [this.#ready, this.#place];
    this.#ready = undefined;
    if (!ready || !place) return [];
    ready.take();
    const events: NewEvent[] = [];
    for (let from = 0; from < ready.said.length; from += MOST_IN_EVENT)
      events.push(eventOf(place, ready.said.slice(from, from + MOST_IN_EVENT), ready.at));
    return events;
  }

  onReady(store: () => boolean): void {
    this.#store = store;
  }

  stop(): void {
    this.#store = undefined;
    this.#disarm();
  }

  #arm(): void {
    if (!this.#isActing || !this.#store) return;
    this.#timer ??= setTimeout(() => void this.#tell(), EACH_MS);
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    await this.#prepare(MOST_IN_EVENT, { isEnd: false, failed: false });
    // The end of a step prepares all by itself.
    if (!this.#isActing) return;
    // A secret may be learned before it is stored another time.
    if (!this.#store?.()) this.#ready = undefined;
    if (this.#page && !this.#page.isEmpty) this.#arm();
  }

  async #prepare(most: number, when: { isEnd: boolean; failed: boolean }): Promise<void> {
    const read = await this.#page?.read(most, when);
    if (!read || this.#isActing === when.isEnd) return;
    this.#ready = { ...read, at: this.#now() };
  }
}

const eventOf = (
  { phase, index }: { phase: StepPhase; index: number },
  said: Said[],
  at: number,
): NewEvent => ({
  type: 'page_said',
  stepIndex: index,
  payload: payloadOf<'page_said'>({
    said,
    phase: phase === 'onCancel' ? phase : undefined,
    at: new Date(at).toISOString(),
  }),
});
