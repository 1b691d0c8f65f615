/*
 * Stands between a browser and Playwright, which parses messages of any size at once. Owns the incomplete message. Drops
 * one that is too large, and sends its pages an error that `tooLarge` recognises (I13). Sizes: docs/decisions/messages.md.
 */
import { randomUUID } from 'node:crypto';
import { type MessageBudget, MOST_MIB_A_SECOND } from './message-budget.ts';
import { type MessageEnds, readEnds } from './message-ends.ts';
import { TargetSessions } from './sessions.ts';
import type { AskedCommand, TraceAnswers } from './trace-answers.ts';

const MIB = 1024 ** 2;
export const LARGEST_MIB = 8;
/** A line of a console takes Playwright time for each of its values, of which so many bytes hold about twenty. */
const LARGEST_LINE = 1_024;
/** A line of one value: what the page itself lets through (`said/limit-console.ts`). */
const LARGEST_TEXT = 4_096;
/** Begins the line's parameters, and each value in them. A page cannot write it: a quote in a text is escaped. */
const TYPE = '{"type":"';

const TOO_LARGE = `of more than ${LARGEST_MIB} MiB`;
const TOO_MANY = `that is one of more than ${MOST_MIB_A_SECOND} MiB in a second`;

const END = 0;
/** The protocol's code for a command that failed. */
const FAILED = -32_000;

/** Unknown to pages. */
const MARK = randomUUID();
/** Follows it where an answer was too large by itself. A colon would end the name of an error. */
const ANSWER = 'answer ';

/** What the guard says in an error that it has sent; undefined for an error of a page. */
export function tooLarge({ message }: Error): { why: string; isAnswer: boolean } | undefined {
  if (!message.startsWith(MARK)) return undefined;
  const why = message.slice(MARK.length);
  const isAnswer = why.startsWith(ANSWER);
  return { why: isAnswer ? why.slice(ANSWER.length) : why, isAnswer };
}

export interface GuardOptions {
  /** Gets what is let through: whole messages, each in one or more pieces. */
  forward(piece: Buffer): void;
  /** What was dropped belongs to no page that is known. */
  onUnknown(why: string): void;
  /** The budget of all browsers of this process. */
  budget: MessageBudget;
  /** What may be refused without harm. */
  traces: TraceAnswers;
  /** Monotonic, ms. */
  now(): number;
}

export class MessageGuard {
  readonly #options: GuardOptions;
  readonly #sessions = new TargetSessions();
  #coming: Coming | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  take(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(END); end !== -1; end = chunk.indexOf(END, from)) {
      this.#end(chunk.subarray(from, end), chunk.subarray(end, end + 1));
      from = end + 1;
    }
    if (from === chunk.length) return;
    this.#coming ??= new Coming();
    this.#coming.add(chunk.subarray(from));
  }

  #end(last: Buffer, end: Buffer): void {
    const coming = this.#coming ?? new Coming();
    this.#coming = undefined;
    coming.add(last);
    const { ends } = coming;
    if (this.#options.traces.take(ends.answers)) {
      this.#endOfTrace(coming, end);
      return;
    }
    const context = this.#sessions.contextOf(ends.session) ?? ends.context;
    if (coming.isTooLarge) this.#refuse(ends, context, TOO_LARGE);
    else if (this.#isTooMuch(context, coming.bytes)) this.#refuse(ends, context, TOO_MANY);
    else if (!coming.isLongLine) this.#pass([...coming.pieces, end]);
  }

  /** Answers a command in place of the browser. */
  refuse({ id, session }: AskedCommand): void {
    this.#send({ id, error: { code: FAILED, message: 'a trace does not get this answer' } }, session);
  }

  #endOfTrace(coming: Coming, end: Buffer): void {
    const { traces, now } = this.#options;
    const { answers: id = 0, session } = coming.ends;
    if (coming.isTooLarge) traces.refused(session);
    if (coming.isTooLarge || traces.isTooMuch(coming.bytes, session, now())) this.refuse({ id, session });
    else this.#pass([...coming.pieces, end]);
  }

  #pass(pieces: readonly Buffer[]): void {
    this.#sessions.hear(pieces);
    for (const piece of pieces) this.#options.forward(piece);
  }

  #refuse({ session, answers }: MessageEnds, context: string | undefined, why: string): void {
    const pages = this.#sessions.pagesOf(context);
    if (pages.length === 0) this.#options.onUnknown(why);
    const reported = answers !== undefined && why === TOO_LARGE ? ANSWER + why : why;
    for (const page of pages)
      this.#send({ method: 'Runtime.exceptionThrown', params: errorOf(reported) }, page);
    if (answers !== undefined)
      this.#send({ id: answers, error: { code: FAILED, message: `the answer is one ${why}` } }, session);
  }

  #send(message: object, session: string): void {
    const whole = { ...message, ...(session !== '' && { sessionId: session }) };
    this.#options.forward(Buffer.from(`${JSON.stringify(whole)}\0`));
  }

  #isTooMuch(context = '', bytes: number): boolean {
    const { budget, now } = this.#options;
    return budget.isTooMuch(bytes, { browser: this, context, now: now() });
  }
}

const errorOf = (why: string) => ({
  timestamp: 0,
  exceptionDetails: { exceptionId: 0, text: MARK + why, lineNumber: 0, columnNumber: 0 },
});

/** A message that is not whole yet. */
class Coming {
  readonly ends = readEnds();
  pieces: Buffer[] = [];
  bytes = 0;

  get isTooLarge(): boolean {
    return this.bytes > LARGEST_MIB * MIB;
  }

  /** Known once the message is whole. */
  get isLongLine(): boolean {
    if (this.bytes <= LARGEST_LINE || !this.ends.isOfConsole) return false;
    return this.#isLongText || Buffer.concat(this.pieces).toString('latin1').split(TYPE).length > 3;
  }

  get #isLongText(): boolean {
    return this.bytes > LARGEST_TEXT && this.ends.isOfConsole;
  }

  add(piece: Buffer): void {
    this.ends.add(piece);
    this.bytes += piece.length;
    if (this.isTooLarge || this.#isLongText) this.pieces = [];
    else this.pieces.push(piece);
  }
}
