/*
 * What Playwright asks a browser only because a trace is written: pages as they are, bodies, titles. It may be refused without
 * harm to the run. Owns which answers are awaited, how often a page's were refused, and their bound.
 */

/** Together, of all pages of all browsers; more would take from other runs. */
const MOST_BYTES_A_SECOND = 12 * 2 ** 20;
/** A page that has been refused so often is not asked any more. */
const MOST_REFUSALS = 3;
/** How long a step waits for a frame that has a process of its own: one that hangs would keep it from all the rest. */
const ANSWERS_WITHIN_MS = 200;
/** Such commands are short. */
const LONGEST = 4_000;

const ID = /^\{"id":(\d+),/;
const SESSION = /"sessionId":"(\w+)"\}$/;
const OF_TRACE =
  /"method":"Network\.getResponseBody"|__playwright_snapshot_streamer_|performance\.timing\.(?:domContentLoaded|load)EventStart/;

const SNAPSHOT = /__playwright_snapshot_streamer_/;

type Deadline = NodeJS.Timeout | undefined;

export interface AskedCommand {
  id: number;
  session: string;
}

interface AnswersFor {
  isPage(session: string): boolean;
  refuse(asked: AskedCommand): void;
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
  readonly #asked = new Map<number, Deadline>();
  /** Answered in place of their pages. */
  readonly #late = new Map<number, string>();
  readonly #refusals = new Map<string, number>();
  readonly #budget: TraceBudget;

  constructor(budget: TraceBudget) {
    this.#budget = budget;
  }

  /** Sees a command; what it is, if the browser is not to get it. `guard` answers for frames that do not. */
  note(command: string, guard: AnswersFor): AskedCommand | undefined {
    if (command.length > LONGEST || !OF_TRACE.test(command)) return undefined;
    const id = Number(ID.exec(command)?.[1]);
    const session = SESSION.exec(command)?.[1] ?? '';
    if ((this.#refusals.get(session) ?? 0) >= MOST_REFUSALS) return { id, session };
    const late = () => {
      this.#asked.delete(id);
      this.#late.set(id, session);
      this.refused(session);
      guard.refuse({ id, session });
    };
    const mayHang = SNAPSHOT.test(command) && !guard.isPage(session);
    this.#asked.set(id, mayHang ? setTimeout(late, ANSWERS_WITHIN_MS).unref() : undefined);
    return undefined;
  }

  /** What this answers of a trace; it is not awaited any more. `late`: it has its answer. */
  take(id: number | undefined): 'awaited' | 'late' | undefined {
    if (id === undefined) return undefined;
    const session = this.#late.get(id);
    if (session !== undefined) {
      this.#late.delete(id);
      // Only slow: it may be asked again.
      this.#refusals.set(session, (this.#refusals.get(session) ?? 0) - 1);
      return 'late';
    }
    clearTimeout(this.#asked.get(id));
    return this.#asked.delete(id) ? 'awaited' : undefined;
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
