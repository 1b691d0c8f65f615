/*
 * Decides when the files of a spool are sent. A file that fails alone waits alone; if none gets through, the store counts
 * as away and all wait. A file that is refused again and again is given up. Owns the tries and their timer, no files.
 */
import {
  ARRIVES_WITHIN_MS,
  ArtifactRefusedError,
  StoreUnavailableError,
} from '#shared/adapters/artifacts/artifacts.ts';
import { type Backoff, backoffMs } from '#shared/platform/async/backoff.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { Waiting, WaitingFile } from './waiting.ts';

export interface SenderOptions {
  waiting: Waiting;
  /**
   * `sent`: the store has it. `taken`: another runner may be sending it. `gone`: it is not there any more. What is sent or
   * gone does not wait any longer. Rejects if it stays.
   */
  send(file: WaitingFile): Promise<'sent' | 'taken' | 'gone'>;
  /** How long a file is left to another runner that may be sending it, ms. */
  leftMs: number;
  /** It does not wait any longer. Never rejects. */
  giveUp(file: WaitingFile, refusal: ArtifactRefusedError): Promise<void>;
  /** Puts a note into the store that it does not take the file. Resolves to whether it has taken the note. Never rejects. */
  note(file: WaitingFile, error: StoreUnavailableError): Promise<boolean>;
  log: Pick<Log, 'info' | 'warn'>;
  /** The pause between two tries (0.5 to 30 s). */
  again?: Backoff | undefined;
  /** How long a file is kept that is refused for a reason that may pass, ms (a day). */
  keepMs?: number | undefined;
}

export interface Sender extends Disposable {
  /** Begins what is due, or says when that is. */
  go(): void;
  /** Tries everything that waits, again and again for so long at most, but what is refused only once. Never rejects. */
  flush(ms: number): Promise<void>;
}

const AT_ONCE = 4;
const AGAIN: Backoff = { firstMs: 500, maxMs: 30_000 };
/** So often the store refuses a file for itself before it is given up, if it takes others: half a minute or so after the first time. */
const MOST_REFUSALS = 8;
/** So often a file fails, while its runner waits to leave, before a note tells whether that is the store or the file: after a minute or more. */
const MOST_FAILURES = 8;
/** A store that refuses all it is sent is asked no more often than that, ms. */
const REFUSED_EACH_MS = 50;

export const createSender = (options: SenderOptions): Sender => new SpoolSender(options);

class SpoolSender implements Sender {
  readonly #options: SenderOptions;
  readonly #again: Backoff;
  readonly #flushes = new Set<PromiseWithResolvers<void>>();
  #timer: NodeJS.Timeout | undefined;
  #underWay = 0;
  /** Files that the store has taken. */
  #taken = 0;
  /** How often the store was found to be away since it took something. */
  #failures = 0;
  #awayUntil = 0;
  #closed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#again = options.again ?? AGAIN;
  }

  go(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const { waiting } = this.#options;
    const now = performance.now();
    while (this.#underWay < AT_ONCE) {
      const file = now >= this.#awayUntil ? waiting.next(now) : this.#probe();
      if (file === undefined) break;
      void this.#try(file);
    }
    if (this.#underWay < AT_ONCE) this.#goAt(Math.max(waiting.nextDueAt, this.#awayUntil));
    if (this.#flushes.size > 0 && !this.#isWorthWaiting()) for (const flush of this.#flushes) flush.resolve();
  }

  async flush(ms: number): Promise<void> {
    if (this.#closed) return;
    const done = Promise.withResolvers<void>();
    this.#flushes.add(done);
    this.#awayUntil = 0;
    for (const file of this.#options.waiting) Object.assign(file, { dueAt: 0, failuresLeaving: 0 });
    this.go();
    await settlesWithin(done.promise, ms);
    this.#flushes.delete(done);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const flush of this.#flushes) flush.resolve();
  }

  /** What made the store count as away may have been the only one that it does not take: the next one that is put finds out. */
  #probe(): WaitingFile | undefined {
    return this.#underWay === 0 ? this.#options.waiting.newest : undefined;
  }

  #goAt(dueAt: number): void {
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.go(), Math.max(1, dueAt - performance.now()));
  }

  /** Whether something may still reach the store that it has not just refused. */
  #isWorthWaiting(): boolean {
    const now = performance.now();
    for (const { refusals, isUnderWay, dueAt } of this.#options.waiting)
      if (refusals === 0 || isUnderWay || dueAt <= now) return true;
    return false;
  }

  /** Never rejects. */
  async #try(file: WaitingFile): Promise<void> {
    const { send, leftMs } = this.#options;
    file.isUnderWay = true;
    this.#underWay += 1;
    const before = file.takenBefore ?? this.#taken;
    try {
      const outcome = await send(file);
      if (outcome === 'sent') this.#hasTaken();
      if (outcome === 'taken') file.dueAt = performance.now() + leftMs;
    } catch (error) {
      this.#options.waiting.postpone(file.path);
      file.takenBefore = this.#taken;
      if (!(await this.#isNoted(file, error))) await this.#hasFailed(file, error, this.#taken > before);
    }
    file.isUnderWay = false;
    this.#underWay -= 1;
    this.go();
  }

  #hasTaken(): void {
    this.#taken += 1;
    this.#awayUntil = 0;
    if (this.#failures > 0) this.#options.log.info({}, 'the object store takes artifacts again');
    this.#failures = 0;
  }

  /**
   * Whether the store has taken a note in place of a file that it answers with an error, and that keeps this runner from
   * leaving. The file is tried once more, and counts as refused. One without an answer may be on a slow road.
   */
  async #isNoted(file: WaitingFile, error: unknown): Promise<boolean> {
    const isAnswered = error instanceof StoreUnavailableError && error.answer !== undefined;
    if (this.#flushes.size === 0 || file.refusals > 0 || !isAnswered) return false;
    file.failuresLeaving += 1;
    if (file.failuresLeaving < MOST_FAILURES || !(await this.#options.note(file, error))) return false;
    this.#hasTaken();
    file.refusals += 1;
    file.failures += 1;
    file.dueAt = 0;
    return true;
  }

  async #hasFailed(file: WaitingFile, error: unknown, othersGetThrough: boolean): Promise<void> {
    const refusal = error instanceof ArtifactRefusedError ? error : undefined;
    if (refusal) file.refusedAt ??= performance.now();
    const isRefused = refusal !== undefined && (othersGetThrough || !refusal.mayBeOfAll);
    // One that has failed alone before says nothing of the store.
    if (!isRefused && !othersGetThrough && file.failures === 0) return this.#isAway(error);
    if (isRefused) file.refusals += 1;
    if (isRefused && othersGetThrough && this.#isHopeless(file, refusal))
      return this.#options.giveUp(file, refusal);
    const refused = [...this.#options.waiting].filter(({ refusals }) => refusals > 0).length;
    if (isRefused && refused === 1 && file.refusals === 1)
      this.#options.log.warn(
        { err: error, ...this.#options.waiting.logFields() },
        'the object store refuses an artifact, which is tried again',
      );
    file.dueAt = performance.now() + backoffMs(this.#again, file.failures) + refused * REFUSED_EACH_MS;
    file.failures += 1;
  }

  #isHopeless({ refusals, refusedAt = 0 }: WaitingFile, { mayBeOfAll }: ArtifactRefusedError): boolean {
    const { keepMs = ARRIVES_WITHIN_MS } = this.#options;
    return mayBeOfAll ? performance.now() - refusedAt >= keepMs : refusals >= MOST_REFUSALS;
  }

  #isAway(err: unknown): void {
    if (performance.now() < this.#awayUntil) return; // found by another one that was sent beside it
    if (this.#failures === 0)
      this.#options.log.warn(
        { err, ...this.#options.waiting.logFields() },
        'artifacts wait on this disk for the object store',
      );
    this.#awayUntil = performance.now() + backoffMs(this.#again, this.#failures);
    this.#failures += 1;
  }
}
