/*
 * Publishes the stream of one run in order (I6): an entry goes out after the one before was acknowledged. Owns its queue
 * and the run's watermark in memory; `onPublished` raises the one in the database.
 */

import type { Bus, Place } from '#shared/adapters/bus/bus.ts';
import { publishEntry } from '#shared/adapters/bus/publish-entry.ts';
import { type RunAddress, subjects } from '#shared/adapters/bus/subjects.ts';
import { rankOf, type StreamEntry, type Watermark } from '#shared/domain/events/stream.ts';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';

export interface EntryPublisher {
  /** The last acknowledged entry. */
  readonly mark: Watermark;
  /** A status that was pushed before is skipped. */
  push(entries: StreamEntry[]): void;
  /** Resolves when everything pushed so far was acknowledged, or with false when `ms` are over or it is stopped. */
  settled(ms: number): Promise<boolean>;
  stop(): void;
}

export interface EntryPublisherOptions {
  bus: Bus;
  run: RunAddress & Place;
  /** Entries that earlier owners left unpublished, which go first; retried until it succeeds. */
  backlog?: (() => Promise<StreamEntry[]>) | undefined;
  /** The rank of the last status that earlier owners have pushed, including the backlog's. */
  pushedRank?: number | undefined;
  onPublished(mark: Watermark): void;
}

const RETRY_MS = 250;

export const createEntryPublisher = (options: EntryPublisherOptions): EntryPublisher =>
  new Publisher(options);

class Publisher implements EntryPublisher {
  readonly mark: Watermark = { seq: 0, rank: 0 };
  readonly #options: EntryPublisherOptions;
  readonly #queue: StreamEntry[] = [];
  // NATS or the database is unreachable; nothing is lost, so just retry later.
  readonly #sender = createSerialTask(
    () => this.#send(),
    () => RETRY_MS,
  );
  #backlog: EntryPublisherOptions['backlog'];
  #pushedRank: number;
  #waiters: ((all: boolean) => void)[] = [];
  #stopped = false;

  constructor(options: EntryPublisherOptions) {
    this.#options = options;
    this.#backlog = options.backlog;
    this.#pushedRank = options.pushedRank ?? 0;
  }

  push(entries: StreamEntry[]): void {
    const { bus, run } = this.#options;
    const news = entries.filter((entry) => this.#isNews(entry));
    // Watchers get entries at once; JetStream gets them one by one.
    bus.publish(subjects.live(run.runId), news);
    this.#queue.push(...news);
    void this.#sender.run();
  }

  settled(ms: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(this.#queue.length === 0);
    if (this.#queue.length === 0 && !this.#sender.running) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), ms);
    this.#waiters.push(resolve);
    // The sending under way may be past the point where it wakes who waits.
    void this.#sender.run();
    return promise.finally(() => clearTimeout(timer));
  }

  stop(): void {
    this.#stopped = true;
    void this.#sender.close();
    for (const wake of this.#waiters.splice(0)) wake(false);
  }

  async #send(): Promise<void> {
    const { bus, run, onPublished } = this.#options;
    if (this.#backlog) this.#queue.unshift(...(await this.#backlog()));
    this.#backlog = undefined;
    const isNew = this.#queue.length > 0;
    while (this.#queue[0] && !this.#stopped) {
      await publishEntry(bus, run, this.#queue[0]);
      this.#raise(this.#queue.shift()!);
    }
    if (isNew) onPublished({ ...this.mark });
    for (const wake of this.#waiters.splice(0)) wake(true);
  }

  #isNews(entry: StreamEntry): boolean {
    if (entry.kind === 'assist') return true;
    if (rankOf(entry) <= this.#pushedRank) return false;
    this.#pushedRank = rankOf(entry);
    return true;
  }

  #raise(entry: StreamEntry): void {
    if (entry.kind === 'assist') this.mark.seq = Math.max(this.mark.seq, entry.seq);
    else this.mark.rank = Math.max(this.mark.rank, rankOf(entry));
  }
}
