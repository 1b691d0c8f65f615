/*
 * What is new about watched runs: one NATS subscription for each, and one look at the database a second for all of
 * which nothing was heard since the last. Owns no position: each watcher has its own cursor.
 */
import type { Bus, BusSubscription } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { readEndings } from '#shared/adapters/database/runs/ending.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { StreamEntry } from '#shared/domain/events/stream.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { createSerialTask, type SerialTask } from '#shared/platform/async/serial-task.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';

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
  /** Something was published since the last look; if more was lost after it, the next look finds that. */
  heard: boolean;
}

interface FeedDeps {
  sql: Sql;
  bus: Bus;
}

const LOOK_MS = 1_000;
const READY_MS = 500;
/** So many runs are looked at in one statement. */
const PAGE = 1_000;

export function createRunFeeds({ sql, bus }: FeedDeps): RunFeeds {
  const feeds = new Map<string, Feed>();
  /** There while a run is watched. */
  let looks: SerialTask | undefined;

  const feedOf = (runId: string): Feed => {
    const feed = feeds.get(runId) ?? openFeed(bus, runId);
    feeds.set(runId, feed);
    looks ??= createSerialTask(
      () => look(sql, feeds),
      () => LOOK_MS,
    );
    looks.runIn(LOOK_MS);
    return feed;
  };

  const close = (runId: string, { listening }: Feed) => {
    listening.stop();
    feeds.delete(runId);
    if (feeds.size > 0) return;
    void looks?.close();
    looks = undefined;
  };

  // A lost connection may have swallowed anything.
  const offReconnect = bus.onReconnect(() => {
    for (const feed of feeds.values()) feed.heard = false;
    void looks?.run();
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

function openFeed(bus: Bus, runId: string): Feed {
  const listeners = new Set<FeedListener>();
  const listening = bus.subscribe(subjects.live(runId), (body) => {
    if (!Array.isArray(body)) return;
    feed.heard = true;
    for (const entry of body as StreamEntry[]) for (const listener of listeners) listener.entry(entry);
  });
  const feed: Feed = { listeners, listening, heard: false };
  return feed;
}

/** Looks at those of which nothing was heard; returns when to look again. */
async function look(sql: Sql, feeds: ReadonlyMap<string, Feed>): Promise<number> {
  const silent = [...feeds].filter(([, { heard }]) => !heard).map(([runId]) => runId);
  for (const feed of feeds.values()) feed.heard = false;
  for (let from = 0; from < silent.length; from += PAGE)
    for (const { id, lastSeq, status } of await readEndings(sql, silent.slice(from, from + PAGE)))
      for (const listener of feeds.get(id)?.listeners ?? []) listener.look(lastSeq, isFinal(status));
  return LOOK_MS;
}
