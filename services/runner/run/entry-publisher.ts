/*
 * Publishes the stream of one run strictly in order: an entry goes out only after the one before was acknowledged.
 * Owns its queue and the run's watermark in memory; the watermark in the database is raised by `onPublished`.
 * Keeps I6 (one order everywhere) and the rule that a lost message makes the system slower, never wrong.
 */

import { createSerialTask } from '#shared/async/serial-task.ts';
import type { Bus } from '#shared/bus/bus.ts';
import { publishEntry } from '#shared/bus/publish-entry.ts';
import { type RunAddress, subjects } from '#shared/bus/subjects.ts';
import { rankOf, type StreamEntry, type Watermark } from '#shared/events/stream.ts';

export interface EntryPublisher {
  /** The last acknowledged entry. */
  readonly mark: Watermark;
  /** A status that was pushed before is skipped. */
  push(entries: StreamEntry[]): void;
  /** Resolves when everything pushed so far was acknowledged, or with false when `ms` are over. */
  settled(ms: number): Promise<boolean>;
  stop(): void;
}

export function createEntryPublisher(options: {
  bus: Bus;
  run: RunAddress;
  /** Entries that earlier owners left unpublished, which go first; retried until it succeeds. */
  backlog?: (() => Promise<StreamEntry[]>) | undefined;
  /** The rank of the last status that earlier owners have pushed, including the backlog's. */
  pushedRank?: number | undefined;
  onPublished(mark: Watermark): void;
}): EntryPublisher {
  const { bus, run, onPublished } = options;
  let { backlog, pushedRank = 0 } = options;
  const queue: StreamEntry[] = [];
  const mark: Watermark = { seq: 0, rank: 0 };
  let waiters: (() => void)[] = [];
  let stopped = false;

  const work = async () => {
    if (backlog) queue.unshift(...(await backlog()));
    backlog = undefined;
    const isNew = queue.length > 0;
    while (queue[0] && !stopped) {
      await publishEntry(bus, run, queue[0]);
      raise(queue.shift()!);
    }
    if (isNew) onPublished({ ...mark });
    for (const wake of waiters.splice(0)) wake();
  };
  // NATS or the database is unreachable; nothing is lost, so just retry later.
  const sender = createSerialTask(work, () => RETRY_MS);

  const isNews = (entry: StreamEntry) => {
    if (entry.kind === 'assist') return true;
    if (rankOf(entry) <= pushedRank) return false;
    pushedRank = rankOf(entry);
    return true;
  };

  const raise = (entry: StreamEntry) => {
    if (entry.kind === 'assist') mark.seq = Math.max(mark.seq, entry.seq);
    else mark.rank = Math.max(mark.rank, rankOf(entry));
  };

  return {
    mark,
    push(entries) {
      const news = entries.filter(isNews);
      // Watchers get entries at once; JetStream gets them one by one.
      bus.publish(subjects.live(run.runId), news);
      queue.push(...news);
      void sender.run();
    },
    settled(ms) {
      if (queue.length === 0 && !sender.running) return Promise.resolve(true);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), ms);
      waiters.push(() => resolve(true));
      return promise.finally(() => clearTimeout(timer));
    },
    stop() {
      stopped = true;
      void sender.close();
      waiters = [];
    },
  };
}

const RETRY_MS = 250;
