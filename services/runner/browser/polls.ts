/*
 * Which addresses of a page answer late by design, as long polls do: such a one was answered late, and was asked for again
 * right after that. No step waits for them. Owns what is known of them; pure otherwise.
 */
interface Asked {
  readonly method: string;
  readonly url: string;
}

/** Asked for again within this time, it is a poll, ms. */
const AGAIN_MS = 1_000;
/** A page with more of them is not judged. */
const MOST = 100;

export class Polls {
  readonly #lateMs: number;
  /** When the last late answer of each address was over. */
  readonly #late = new Map<string, number>();
  readonly #polls = new Set<string>();

  /** `lateMs`: an answer that took longer was late. */
  constructor(lateMs: number) {
    this.#lateMs = lateMs;
  }

  /** Whether it is a poll that is asked for now. */
  begins(asked: Asked, now: number): boolean {
    const address = addressOf(asked);
    const late = this.#late.get(address);
    if (late !== undefined && now - late <= AGAIN_MS) this.#polls.add(address);
    return this.#polls.has(address);
  }

  /** It was answered, whole; undefined: nothing is known of it. */
  ended(asked: (Asked & { readonly since: number }) | undefined, now: number): void {
    if (asked && now - asked.since > this.#lateMs && this.#late.size < MOST)
      this.#late.set(addressOf(asked), now);
  }
}

/** A poll has another query each time. */
const addressOf = ({ method, url }: Asked): string => `${method} ${url.split(/[?#]/, 1)[0]}`;
