/*
 * Writes the transitions of one run to the database: one queue, one write in flight, in order. Owns the run's
 * last_seq and its last committed snapshot. Distinguishes its own commit whose answer was lost, a lost run and an
 * overruled outcome (I2, I3, I12).
 */

import { createSerialTask } from '#shared/async/serial-task.ts';
import type { RecordedCancel } from '#shared/database/runs/cancel-columns.ts';
import { type OwnedRun, readOwnedRun } from '#shared/database/runs/commit.ts';
import type { StepRow, Stored, Transition } from '#shared/database/runs/transition.ts';
import { DatabaseUnavailableError, type Sql } from '#shared/database/sql.ts';
import type { NewEvent } from '#shared/events/events.ts';
import { isQueued, type RunSnapshot, statusOf } from '#shared/run/snapshot.ts';
import { isFinal } from '#shared/run/status.ts';

export interface TransitionEntry {
  snapshot: RunSnapshot;
  events: NewEvent[];
  steps: StepRow[];
}

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
  record(entry: TransitionEntry): void;
  /** Resolves when a snapshot that passes the test is committed. Never, if the run is lost meanwhile. */
  stored(test: (committed: RunSnapshot) => boolean): Promise<void>;
  /** Stops writing. Returns what was not stored. */
  close(): TransitionEntry[];
}

/** The first `size` pending entries, merged. */
interface Batch {
  entry: TransitionEntry;
  size: number;
}

const RETRY_MS = 100;

export function createTransitionWriter(deps: TransitionWriterDeps): TransitionWriter {
  const { sql, runId, owner, epoch } = deps;
  let { lastSeq, snapshot: committed } = deps;
  let pending: TransitionEntry[] = [];
  /** Sent, outcome unknown: sent again unchanged, so that its own commit is recognised (I12). */
  let doubtful: Batch | undefined;
  let waiters: { test(snapshot: RunSnapshot): boolean; resolve(): void }[] = [];
  let closed = false;

  const write = async () => {
    while (pending.length > 0 && !closed) {
      doubtful ??= takeBatch(pending);
      const goesOn = await store(doubtful);
      doubtful = undefined;
      if (!goesOn) return;
    }
  };

  const onFailure = (error: unknown): number | undefined => {
    deps.onError(error);
    if (closed) return undefined;
    if (error instanceof DatabaseUnavailableError) return RETRY_MS;
    if (doubtful === undefined || doubtful.size === 1) {
      deps.onUnstorable();
      return undefined;
    }
    // The entries before the one that cannot be stored are kept (I9). Nothing of this batch was stored.
    doubtful = { entry: pending[0]!, size: 1 };
    return 0;
  };

  const writer = createSerialTask(write, onFailure);

  /** Resolves to whether to go on with the queue. */
  const store = async (batch: Batch): Promise<boolean> => {
    const { entry } = batch;
    const transition = { runId, epoch, lastSeq, ...entry };
    const stored = await deps.commit(sql, owner, transition);
    if (closed) return false;
    if (stored) return settle(batch, stored);
    const found = await readOwnedRun(sql, runId);
    if (closed) return false;
    return decideRefused(found, batch);
  };

  const decideRefused = (found: OwnedRun | undefined, batch: Batch): boolean => {
    const { entry } = batch;
    if (found && isOwnReturn(found, entry)) return settle(batch, { ...found, at: found.at! });
    if (!found || found.owner !== owner || found.epoch !== epoch)
      return lose('another owner or the supervisor has it');
    const { cancel } = found;
    if (found.lastSeq === lastSeq + entry.events.length && found.at)
      return settle(batch, { lastSeq: found.lastSeq, at: found.at, cancel });
    if (isFinal(found.status)) return lose('it is final');
    if (!found.leased) return lose('its lease is over');
    if (cancel && givesUp(entry.snapshot)) {
      pending = [];
      deps.onOverruled(committed, cancel);
      return pending.length > 0;
    }
    return lose('its stored state is not the one it had');
  };

  /** Its own requeue, whose answer was lost, and nobody has claimed the run since. */
  const isOwnReturn = (found: OwnedRun, { snapshot, events }: TransitionEntry): boolean =>
    isQueued(snapshot) &&
    found.owner === null &&
    found.epoch === epoch + 1 &&
    found.lastSeq === lastSeq + events.length &&
    // A supervisor that requeued it after the lease was over has written the same.
    wasReturned(found.snapshot);

  const settle = ({ entry, size }: Batch, stored: Stored): true => {
    pending.splice(0, size);
    const firstSeq = lastSeq + 1;
    lastSeq = stored.lastSeq;
    committed = entry.snapshot;
    deps.onStored(entry, stored, firstSeq);
    wake();
    return true;
  };

  const wake = () => {
    const reached = waiters.filter(({ test }) => test(committed));
    waiters = waiters.filter((waiter) => !reached.includes(waiter));
    for (const { resolve } of reached) resolve();
  };

  const lose = (why: string): false => {
    if (!closed) deps.onLost(why);
    return false;
  };

  return {
    record(entry) {
      if (closed) return;
      pending.push(entry);
      void writer.run();
    },
    stored(test) {
      if (test(committed)) return Promise.resolve();
      return new Promise((resolve) => waiters.push({ test, resolve }));
    },
    close() {
      closed = true;
      void writer.close();
      waiters = [];
      return pending;
    },
  };
}

const wasReturned = (stored: unknown): boolean =>
  (stored as { machine?: { context?: { returned?: unknown } } }).machine?.context?.returned === true;

/** The last snapshot that this owner writes. */
const givesUp = (snapshot: RunSnapshot): boolean => isFinal(statusOf(snapshot)) || isQueued(snapshot);

/**
 * All pending entries go into one statement, but the last one of this owner goes alone: it may be refused, the rest
 * not (I9).
 */
function takeBatch(pending: TransitionEntry[]): Batch {
  const last = pending.findIndex(({ snapshot }) => givesUp(snapshot));
  const size = last > 0 ? last : last === 0 ? 1 : pending.length;
  const entries = pending.slice(0, size);
  return {
    size,
    entry: {
      snapshot: entries.at(-1)!.snapshot,
      events: entries.flatMap(({ events }) => events),
      steps: entries.flatMap(({ steps }) => steps),
    },
  };
}
