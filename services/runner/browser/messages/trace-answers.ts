/*
 * What Playwright asks a browser only because a trace is written: pages as they are, bodies, titles. It may be refused without
 * harm to the run. Owns which answers are awaited, how often a page's were refused, and their bound.
 */

/** Together, of all pages of all browsers; more would take from other runs. */
const MOST_BYTES_A_SECOND = 12 * 2 ** 20;
/** A page that has been refused so often is not asked any more. */
const MOST_REFUSALS = 3;
/** Such commands are short. */
const LONGEST = 4_000;

const ID = /^\{"id":(\d+),/;
const SESSION = /"sessionId":"(\w+)"\}$/;
const OF_TRACE =
  /"method":"Network\.getResponseBody"|__playwright_snapshot_streamer_|performance\.timing\.(?:domContentLoaded|load)EventStart/;

export interface AskedCommand {
  id: number;
  session: string;
}

/** What all browsers of this process answer to traces, which its event loop reads. Owns the counts. */
export class TraceBudget {
  #since = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  readonly #sent = new Map<string, number>();

  /** `now` is monotonic, ms. */
  count(bytes: number, session: string, now: number): { isOver: boolean; isLargest: boolean } {
    if (now - this.#since > 1_000) {
      this.#since = now;
      this.#bytes = 0;
      this.#sent.clear();
    }
    const sent = (this.#sent.get(session) ?? 0) + bytes;
    this.#bytes += bytes;
    this.#sent.set(session, sent);
    const isLargest = [...this.#sent.values()].every((other) => other <= sent);
    return { isOver: this.#bytes > MOST_BYTES_A_SECOND, isLargest };
  }
}

export class TraceAnswers {
  readonly #asked = new Set<number>();
  readonly #refusals = new Map<string, number>();
  readonly #budget: TraceBudget;

  constructor(budget: TraceBudget) {
    this.#budget = budget;
  }

  /** Sees a command; what it is, if the browser is not to get it. */
  note(command: string): AskedCommand | undefined {
    if (command.length > LONGEST || !OF_TRACE.test(command)) return undefined;
    const id = Number(ID.exec(command)?.[1]);
    const session = SESSION.exec(command)?.[1] ?? '';
    if ((this.#refusals.get(session) ?? 0) >= MOST_REFUSALS) return { id, session };
    this.#asked.add(id);
    return undefined;
  }

  /** Whether this answers a trace; it is not awaited any more. */
  take(id: number | undefined): boolean {
    return id !== undefined && this.#asked.delete(id);
  }

  /** Whether an answer is one too many; then its page is refused, but only the one that has sent most loses by it. */
  isTooMuch(bytes: number, session: string, now: number): boolean {
    const { isOver, isLargest } = this.#budget.count(bytes, session, now);
    if (isOver && isLargest) this.refused(session);
    return isOver;
  }

  refused(session: string): void {
    this.#refusals.set(session, (this.#refusals.get(session) ?? 0) + 1);
  }
}
