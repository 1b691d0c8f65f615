/*
 * What Playwright asks a browser only because a trace is written: pages as they are, bodies, titles. Such an answer may be
 * refused without harm to the run. Owns which of them are awaited, how often a page's were refused, and their bound.
 */

/** Together, of all pages of the browser; more would take from its other runs. */
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

export class TraceAnswers {
  readonly #asked = new Map<number, string>();
  readonly #refusals = new Map<string, number>();
  #since = 0;
  #bytes = 0;

  /** Sees a command; what it is, if the browser is not to get it. */
  note(command: string): AskedCommand | undefined {
    if (command.length > LONGEST || !OF_TRACE.test(command)) return undefined;
    const id = Number(ID.exec(command)?.[1]);
    const session = SESSION.exec(command)?.[1] ?? '';
    if ((this.#refusals.get(session) ?? 0) >= MOST_REFUSALS) return { id, session };
    this.#asked.set(id, session);
    return undefined;
  }

  /** Whether this answers one of them; it is not awaited any more. */
  take(id: number | undefined): boolean {
    return id !== undefined && this.#asked.delete(id);
  }

  isTooMuch(bytes: number, now: number): boolean {
    if (now - this.#since > 1_000) [this.#since, this.#bytes] = [now, 0];
    this.#bytes += bytes;
    return this.#bytes > MOST_BYTES_A_SECOND;
  }

  refused(session: string): void {
    this.#refusals.set(session, (this.#refusals.get(session) ?? 0) + 1);
  }
}
