/*
 * One connection that watches one run. Owns its cursor and the response it writes to. Keeps I7: subscribe, then read
 * the database, then emit strictly contiguous seq; on a gap read again. Bounded: for a watcher that does not keep up
 * nothing is buffered beyond what its response can hold and one event; the database is read again when it can take more.
 */
import type { Writable } from 'node:stream';
import { createSerialTask } from '#shared/async/serial-task.ts';
import { type RunLog, readLog } from '#shared/database/runs/log.ts';
import type { Sql } from '#shared/database/sql.ts';
import { entriesAfter, type StreamEntry } from '#shared/events/stream.ts';
import { isFinal } from '#shared/run/status.ts';
import type { RunFeeds } from './run-feed.ts';
import { formatEntry, formatPing } from './sse.ts';
import { createStreamCursor } from './stream-cursor.ts';

export interface WatcherDeps {
  sql: Sql;
  feeds: RunFeeds;
  now(): number;
  onError(error: unknown): void;
}

/** So many events are read at once at first, and at most: what a watcher has not taken is read again. */
const FIRST_PAGE = 20;
const PAGE = 200;
const PING_MS = 15_000;
/** A watcher that has taken nothing for so long is gone, ms. */
const STALLED_MS = 120_000;

/** Writes the stream of `runId` after `lastEventId` to `out`, and ends it. Resolves when it is ended or gone. */
export async function streamRun(
  deps: WatcherDeps,
  runId: string,
  lastEventId: number,
  out: Writable,
): Promise<void> {
  const { sql, now } = deps;
  const gone = Promise.withResolvers<void>();
  let cursor = createStreamCursor(lastEventId);
  let started = false;
  let behind = false;
  let blockedSince: number | undefined;
  let page = FIRST_PAGE;
  out.once('close', () => gone.resolve());
  out.on('error', () => gone.resolve()); // the watcher went away in the middle of a write
  if (out.destroyed) gone.resolve(); // it went away before, and says so only once

  const write = (text: string) => {
    if (!out.write(text)) blockedSince ??= now();
  };

  const offer = (entry: StreamEntry): boolean => {
    const acceptance = cursor.offer(entry);
    if (acceptance === 'emit') write(formatEntry(entry));
    return acceptance !== 'gap';
  };

  const catchUp = async () => {
    behind = true;
    while (behind && !cursor.ended && blockedSince === undefined && !out.destroyed) behind = await readPage();
    if (cursor.ended) out.end();
  };
  // After a failure the next look comes within a second.
  const reader = createSerialTask(catchUp, (error) => {
    deps.onError(error);
  });

  /** Whether there is more to read. */
  const readPage = async (): Promise<boolean> => {
    const log = await readLog(sql, runId, cursor.seq, page);
    if (!log) {
      out.end(); // retention took the run
      return false;
    }
    if (!started) begin(log);
    if (isFinal(log.shownStatus) && cursor.seq === log.lastSeq) cursor.reachedLast();
    const entries = entriesAfter(log, cursor);
    let taken = 0;
    for (; taken < entries.length && blockedSince === undefined; taken += 1) offer(entries[taken]!);
    page = blockedSince === undefined ? Math.min(PAGE, 2 * page) : Math.max(1, taken);
    return taken < entries.length || cursor.seq < log.lastSeq;
  };

  const begin = ({ shownStatus: status, lastSeq, changes }: RunLog) => {
    started = true;
    // An id beyond the last event can only be a mistake: there is nothing after it.
    if (cursor.seq > lastSeq) cursor = createStreamCursor(lastSeq);
    const at = changes.find((change) => change.status === status)?.at ?? new Date(now()).toISOString();
    write(formatEntry({ kind: 'status', status, at }));
    cursor.show(status);
  };

  const onEntry = (entry: StreamEntry) => {
    if (reader.running || blockedSince !== undefined || (started && !offer(entry))) void reader.run();
    else if (cursor.ended) out.end();
  };
  const onLook = (lastSeq: number, final: boolean) => {
    if (!started || cursor.seq < lastSeq || (final && !cursor.ended)) void reader.run();
  };

  out.on('drain', () => {
    blockedSince = undefined;
    if (behind) void reader.run();
  });
  const ping = setInterval(() => {
    if (out.writableEnded) blockedSince ??= now(); // it has not taken the end yet: nothing may follow
    if (blockedSince === undefined) write(formatPing(now()));
    else if (now() - blockedSince > STALLED_MS) out.destroy();
  }, PING_MS);

  const leave = await deps.feeds.join(runId, { entry: onEntry, look: onLook });
  try {
    void reader.run();
    await gone.promise;
  } finally {
    leave();
    void reader.close();
    clearInterval(ping);
  }
}
