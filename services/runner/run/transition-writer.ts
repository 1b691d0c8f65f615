/*
 * Writes the transitions of one run to the database: one queue, one write in flight, in order. Owns the run's
 * last_seq and its last committed snapshot. What a refused write means is judged in
 * `judge-refused.ts` (I2, I3, I12).
 */

import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import type { RecordedCancel } from '#shared/adapters/database/runs/cancel-columns.ts';
import { readOwnedRun } from '#shared/adapters/database/runs/commit.ts';
import type { Stored, Transition } from '#shared/adapters/database/runs/transition.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { RunSnapshot } from '#shared/domain/run/snapshot.ts';
import { createSerialTask, type RunsAgain } from '#shared/platform/async/serial-task.ts';
import { judgeRefused } from './judge-refused.ts';
import { batchOf, mayWait, type TransitionBatch, takeBatch } from './transition-batch.ts';
import type { TransitionEntry } from './transition-entry.ts';

export interface TransitionWriterDeps {
  sql: Sql;
  runId: string;
  owner: string;
  epoch: number;
  lastSeq: number;
  snapshot: RunSnapshot;
  commit(sql: Sql, owner: string, transition: Transition): Promise<Stored | undefined>;
  /** A batch is stored; `stored.cancel` may be a cancel that is new to this owner. */
  onStored(batch: TransitionEntry, stored: Stored, firstSeq: number): void;
  /** The run is no longer ours to write. */
  onLost(why: string): void;
  /** The database rejects this for good: the run cannot go on. */
  onUnstorable(): void;
  /** An outcome was refused because this cancel is recorded; everything after `committed` is void. */
  onOverruled(committed: RunSnapshot, cancel: RecordedCancel): void;
  onError(error: unknown): void;
}

export interface TransitionWriter {
  /** The last snapshot known to be stored. */
  readonly committed: RunSnapshot;
  /** The last snapshot that was recorded, stored or not. */
  readonly recorded: RunSnapshot;
  /** It has nothing to write. */
  readonly isIdle: boolean;
  record(entry: TransitionEntry): void;
  /** Resolves when a snapshot that passes the test is committed. Never, if the run is lost meanwhile. */
  stored(test: (committed: RunSnapshot) => boolean): Promise<void>;
  /** Stops writing. Returns what was not stored. */
  close(): TransitionEntry[];
}

const RETRY_MS = 100;

export const createTransitionWriter = (deps: TransitionWriterDeps): TransitionWriter => new Writer(deps);

class Writer implements TransitionWriter {
  readonly #deps: TransitionWriterDeps;
  readonly #task = createSerialTask(
    () => this.#write(),
    (error) => this.#onFailure(error),
  );
  #lastSeq: number;
  #committed: RunSnapshot;
  #pending: TransitionEntry[] = [];
  /** Sent, outcome unknown: sent again unchanged, so that its own commit is recognised (I12). */
  #doubtful: TransitionBatch | undefined;
  #waiters: { test(snapshot: RunSnapshot): boolean; resolve(): void }[] = [];
  #closed = false;

  constructor(deps: TransitionWriterDeps) {
    this.#deps = deps;
    this.#lastSeq = deps.lastSeq;
    this.#committed = deps.snapshot;
  }

  get committed(): RunSnapshot {
    return this.#committed;
  }

  get recorded(): RunSnapshot {
    return this.#pending.at(-1)?.snapshot ?? this.#committed;
  }

  get isIdle(): boolean {
    return this.#pending.length === 0;
  }

  record(entry: TransitionEntry): void {
    if (this.#closed) return;
    this.#pending.push(entry);
    if (entry.mayWaitMs > 0) this.#task.runIn(entry.mayWaitMs);
    else void this.#task.run();
  }

  stored(test: (committed: RunSnapshot) => boolean): Promise<void> {
    if (test(this.#committed)) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ test, resolve }));
  }

  close(): TransitionEntry[] {
    this.#closed = true;
    void this.#task.close();
    this.#waiters = [];
    return this.#pending;
  }

  async #write(): Promise<RunsAgain> {
    while (this.#pending.length > 0 && !this.#closed) {
      this.#doubtful ??= takeBatch(this.#pending);
      const goesOn = await this.#store(this.#doubtful);
      this.#doubtful = undefined;
      if (!goesOn) return undefined;
      const waits = this.#pending.length > 0 ? mayWait(this.#pending) : 0;
      if (waits > 0) return waits;
    }
    return undefined;
  }

  #onFailure(error: unknown): number | undefined {
    this.#deps.onError(error);
    if (this.#closed) return undefined;
    if (error instanceof DatabaseUnavailableError) return RETRY_MS;
    if (this.#doubtful === undefined || this.#doubtful.size === 1) {
      this.#deps.onUnstorable();
      return undefined;
    }
    // The entries before the one that cannot be stored are kept (I9). Nothing of this batch was stored.
    this.#doubtful = batchOf(this.#pending, 1);
    return 0;
  }

  /** Resolves to whether to go on with the queue. */
  async #store(batch: TransitionBatch): Promise<boolean> {
    const { sql, runId, owner, epoch } = this.#deps;
    const transition = { runId, epoch, lastSeq: this.#lastSeq, ...batch.entry };
    const stored = await this.#deps.commit(sql, owner, transition);
    if (this.#closed) return false;
    if (stored) return this.#settle(batch, stored);
    const found = await readOwnedRun(sql, runId);
    if (this.#closed) return false;
    const refusal = judgeRefused(found, { owner, epoch, lastSeq: this.#lastSeq, entry: batch.entry });
    switch (refusal.kind) {
      case 'stored':
        return this.#settle(batch, refusal.stored);
      case 'overruled':
        return batch.size > 1 ? this.#storeWithoutLast(batch) : this.#overrule(refusal.cancel);
      case 'lost':
        this.#deps.onLost(refusal.why);
        return false;
    }
  }

  /** The outcome was refused; what has only waited for it is kept (I9). */
  #storeWithoutLast({ size }: TransitionBatch): Promise<boolean> {
    this.#doubtful = batchOf(this.#pending, size - 1);
    return this.#store(this.#doubtful);
  }

  #overrule(cancel: RecordedCancel): boolean {
    this.#pending = [];
    this.#deps.onOverruled(this.#committed, cancel);
    return this.#pending.length > 0;
  }

  #settle({ entry, size }: TransitionBatch, stored: Stored): true {
    this.#pending.splice(0, size);
    const firstSeq = this.#lastSeq + 1;
    this.#lastSeq = stored.lastSeq;
    this.#committed = entry.snapshot;
    this.#deps.onStored(entry, stored, firstSeq);
    this.#wake();
    return true;
  }

  #wake(): void {
    const reached = this.#waiters.filter(({ test }) => test(this.#committed));
    this.#waiters = this.#waiters.filter((waiter) => !reached.includes(waiter));
    for (const { resolve } of reached) resolve();
  }
}
