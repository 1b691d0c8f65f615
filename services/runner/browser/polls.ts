/*
 * Which addresses of a page answer late by design, as long polls do: such a one was answered late and asked for again right
 * after that, twice in a row. No step waits for them. Owns what is known of them; pure otherwise.
 */
interface Asked {
  readonly method: string;
  readonly url: string;
}

/** Asked for again within this time, it is a poll, ms. */
const AGAIN_MS = 1_000;
/** So often before it is one: a slow answer that is followed by another question may be chance. */
const IN_A_ROW = 2;
/** A page with more of them is not judged. */
const MOST = 100;

interface Late {
  /** When the last late answer was over. */
  at: number;
  /** How often it was asked for again right after one. */
  times: number;
}

export class Polls {
  readonly #lateMs: number;
  readonly #late = new Map<string, Late>();

  /** `lateMs`: an answer that took longer was late. */
  constructor(lateMs: number) {
    this.#lateMs = lateMs;
  }

  /** Whether it is a poll that is asked for now. */
  begins(asked: Asked, now: number): boolean {
    const late = this.#late.get(addressOf(asked));
    if (!late || asked.method !== 'GET') return false;
    if (now - late.at <= AGAIN_MS) late.times += 1;
    else if (late.times < IN_A_ROW) late.times = 0;
    return late.times >= IN_A_ROW;
  }

  /** It was answered, whole; undefined: nothing is known of it. */
  ended(asked: (Asked & { readonly since: number }) | undefined, now: number): void {
    if (!asked) return;
    const address = addressOf(asked);
    const known = this.#late.get(address);
    // One that answers at once is asked for something else.
    if (now - asked.since <= this.#lateMs) this.#late.delete(address);
    else if (known) known.at = now;
    else if (this.#late.size < MOST) this.#late.set(address, { at: now, times: 0 });
  }
}

/** A poll has another query each time. */
const addressOf = ({ method, url }: Asked): string => `${method} ${url.split(/[?#]/, 1)[0]}`;
