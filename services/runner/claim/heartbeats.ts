/*
 * When heartbeats are sent: one each interval, and another soon after one that failed or is not answered. They may overlap:
 * a slow database is not a dead one. Owns the timers and the last heartbeat, not what an answer means.
 */
import { spreadMs } from '#shared/platform/async/backoff.ts';

export interface HeartbeatsOptions<Answer> {
  everyMs: number;
  send(): Promise<Answer>;
  /** Also of one that is answered late. */
  onAnswer(answer: Answer): void;
  onError(error: unknown): void;
}

export const startHeartbeats = <Answer>(options: HeartbeatsOptions<Answer>): Disposable =>
  new Heartbeats(options);

class Heartbeats<Answer> implements Disposable {
  readonly #options: HeartbeatsOptions<Answer>;
  readonly #interval: NodeJS.Timeout;
  /** The last heartbeat, while it may still be answered in time. */
  #latest: Promise<Answer> | undefined;
  /** Fires when that heartbeat counts as unanswered, or when its replacement is due. */
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: HeartbeatsOptions<Answer>) {
    this.#options = options;
    this.#interval = setInterval(() => {
      if (this.#latest === undefined) this.#beat();
    }, options.everyMs);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#interval);
    this.#rest();
  }

  #beat(): void {
    const { everyMs, send, onAnswer, onError } = this.#options;
    const sent = send();
    this.#latest = sent;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      onError(new Error('the heartbeat was not answered in time'));
      this.#beatSoon();
    }, everyMs / 2);
    sent.then(
      (answer) => {
        if (this.#latest === sent) this.#rest();
        onAnswer(answer);
      },
      (error: unknown) => {
        onError(error);
        if (this.#latest === sent) this.#beatSoon();
      },
    );
  }

  /** Beats again within a tenth of the interval: there is time for a few before the fence. */
  #beatSoon(): void {
    this.#rest();
    if (!this.#closed) this.#timer = setTimeout(() => this.#beat(), spreadMs(this.#options.everyMs / 15));
  }

  /** No heartbeat is pending. */
  #rest(): void {
    this.#latest = undefined;
    clearTimeout(this.#timer);
  }
}
