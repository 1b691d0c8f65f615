/*
 * What is new about one run, shared by all its watchers in this gateway: one NATS subscription and one look at the
 * database a second, however many watch. Owns no position: each watcher has its own cursor.
 */
import { createSerialTask, type SerialTask } from '#shared/async/serial-task.ts';
import type { Bus, BusSubscription } from '#shared/bus/bus.ts';
import { subjects } from '#shared/bus/subjects.ts';
import { readEnding } from '#shared/database/runs/ending.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { StreamEntry } from '#shared/events/stream.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import { isFinal } from '#shared/run/status.ts';

interface FeedListener {
  /** An entry as it was published: perhaps known already, perhaps out of order. */
  entry(entry: StreamEntry): void;
  /** The database has events up to `lastSeq`, and the end if `final`. A watcher that has fewer should read. */
  look(lastSeq: number, final: boolean): void;
}

export interface RunFeeds extends Disposable {
  /** Resolves when nothing published from now on can be missed, or when NATS is away: then looks do. */
  join(runId: string, listener: FeedListener): Promise<() => void>;
}

interface Feed {
  listeners: Set<FeedListener>;
  listening: BusSubscription;
  looks: SerialTask;
}

interface FeedDeps {
  sql: Sql;
  bus: Bus;
}

const LOOK_MS = 1_000;
const READY_MS = 500;

export function createRunFeeds(deps: FeedDeps): RunFeeds {
  const { bus } = deps;
  const feeds = new Map<string, Feed>();

  const feedOf = (runId: string): Feed => {
    const feed = feeds.get(runId) ?? openFeed(deps, runId);
    feeds.set(runId, feed);
    return feed;
  };

  const close = (runId: string, { listening, looks }: Feed) => {
    void looks.close();
    listening.stop();
    feeds.delete(runId);
  };

  // A lost connection may have swallowed anything.
  const offReconnect = bus.onReconnect(() => {
    for (const { looks } of feeds.values()) void looks.run();
  });

  return {
    async join(runId, listener) {
      const feed = feedOf(runId);
      feed.listeners.add(listener);
      if (bus.connected) await settlesWithin(feed.listening.ready, READY_MS);
      return () => {
        feed.listeners.delete(listener);
        if (feed.listeners.size === 0 && feeds.get(runId) === feed) close(runId, feed);
      };
    },
    [Symbol.dispose]() {
      offReconnect();
      for (const [runId, feed] of feeds) close(runId, feed);
    },
  };
}

function openFeed({ sql, bus }: FeedDeps, runId: string): Feed {
  const listeners = new Set<FeedListener>();
  const listening = bus.subscribe(subjects.live(runId), (body) => {
    if (!Array.isArray(body)) return;
    for (const entry of body as StreamEntry[]) for (const listener of listeners) listener.entry(entry);
  });
  const look = async () => {
    const found = await readEnding(sql, runId);
    if (found) for (const listener of listeners) listener.look(found.lastSeq, isFinal(found.status));
    return LOOK_MS;
  };
  const looks = createSerialTask(look, () => LOOK_MS);
  looks.runIn(LOOK_MS);
  return { listeners, listening, looks };
}
