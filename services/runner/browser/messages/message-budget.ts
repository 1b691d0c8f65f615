/*
 * How much all browsers of a process, which share its event loop, may send in a second. Owns the counts. The browser that
 * sends most, and its context that does, are over the limit first (I13). Sizes: docs/decisions/messages.md.
 */
const MIB = 1024 ** 2;
export const MOST_MIB_A_SECOND = 48;
/** A context that has sent less is never the one. */
const ALWAYS_MIB = 12;
const WINDOW_MS = 1_000;

/** Identifies one of the browsers of the process. */
type Sender = object;

export class MessageBudget {
  #since = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  readonly #browsers = new Map<Sender, { bytes: number; contexts: Map<string, number> }>();

  /** Counts a message; whether its context has to end for it. `now` is monotonic, ms. */
  isTooMuch(bytes: number, { browser, context, now }: { browser: Sender; context: string; now: number }) {
    if (now - this.#since >= WINDOW_MS) {
      this.#since = now;
      this.#bytes = 0;
      this.#browsers.clear();
    }
    const sent = this.#browsers.get(browser) ?? { bytes: 0, contexts: new Map<string, number>() };
    const ofContext = (sent.contexts.get(context) ?? 0) + bytes;
    this.#bytes += bytes;
    sent.bytes += bytes;
    sent.contexts.set(context, ofContext);
    this.#browsers.set(browser, sent);
    if (this.#bytes <= MOST_MIB_A_SECOND * MIB || ofContext <= ALWAYS_MIB * MIB) return false;
    return (
      [...this.#browsers.values()].every((other) => other.bytes <= sent.bytes) &&
      [...sent.contexts.values()].every((other) => other <= ofContext)
    );
  }
}
