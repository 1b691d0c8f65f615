/*
 * One connection that watches one run. Owns its cursor. Keeps I7: subscribe, read the database, emit contiguous seq,
 * read again on a gap. Bounded: for a slow watcher nothing is kept beyond what its response holds and one event.
 */
import type { Writable } from 'node:stream';
import { type RunLog, readLog } from '#shared/adapters/database/runs/log.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import { entriesAfter, type Hole, holesIn, type StreamEntry } from '#shared/domain/events/stream.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';
import type { RunHints } from './hints.ts';
import { type Outlet, openOutlet } from './outlet.ts';
import type { RunFeeds } from './run-feed.ts';
import { formatEntry, formatHint } from './sse.ts';
import { createStreamCursor, type StreamCursor } from './stream-cursor.ts';

export interface WatcherDeps {
  sql: Sql;
  feeds: RunFeeds;
  now(): number;
  onError(error: unknown): void;
  /** Entries are not stored that should be; the stream goes on without them. */
  onMissing(holes: readonly Hole[]): void;
  /** A page was read, or could not be. */
  onRead?(): void;
  /** The hints, if the watcher asked for them. */
  hints?: Pick<RunHints, 'follow'>;
}

/** So many events are read at once at first, and at most: what a watcher has not taken is read again. */
const FIRST_PAGE = 20;
const PAGE = 200;

/** How far a watcher is. */
interface Watch {
  runId: string;
  outlet: Outlet;
  cursor: StreamCursor;
  /** It was sent the current status. */
  started: boolean;
  /** How many events are read next. */
  page: number;
  /** The hint to send once there is room; only the latest counts. */
  hint?: WaitingFor | undefined;
}

/** Writes the stream of `runId` after `lastEventId` to `out`, and ends it. Resolves when it is ended or gone. */
export async function streamRun(
  deps: WatcherDeps,
  runId: string,
  lastEventId: number,
  out: Writable,
): Promise<void> {
  let behind = false;
  const outlet = openOutlet(out, deps.now, () => {
    if (behind) void reader.run();
    tellHint(watch);
  });
  const cursor = createStreamCursor(lastEventId);
  const watch: Watch = { runId, outlet, cursor, started: false, page: FIRST_PAGE };

  const catchUp = async () => {
    behind = true;
    while (behind && !watch.cursor.ended && !outlet.isBlocked && !outlet.isGone)
      behind = await readPage(deps, watch);
    if (watch.cursor.ended) outlet.end();
  };
  // After a failure the next entry, or the next look, reads again.
  const reader = createSerialTask(catchUp, (error) => void deps.onError(error));
  let hinting: ReturnType<RunHints['follow']> | undefined;
  const entry = (entry: StreamEntry) => {
    hinting?.soon();
    const missesSome = () => !watch.started || !offer(watch, entry);
    if (reader.running || outlet.isBlocked || missesSome()) void reader.run();
    else if (watch.cursor.ended) outlet.end();
  };
  const look = (lastSeq: number, final: boolean) => {
    const { started, cursor } = watch;
    if (!started || cursor.seq < lastSeq || (final && !cursor.ended)) void reader.run();
  };

  const leave = await deps.feeds.join(runId, { entry, look });
  try {
    hinting = deps.hints?.follow(runId, (waitingFor) => {
      watch.hint = waitingFor;
      tellHint(watch);
    });
    void reader.run();
    await outlet.gone;
  } finally {
    leave();
    hinting?.leave();
    void reader.close();
    outlet.close();
  }
}

/** Whether there is more to read. */
async function readPage({ sql, now, onMissing, onRead }: WatcherDeps, watch: Watch): Promise<boolean> {
  const { outlet, page } = watch;
  const log = await readLog(sql, watch.runId, watch.cursor.seq, page).finally(() => onRead?.());
  if (!log) {
    outlet.end(); // retention took the run
    return false;
  }
  if (!watch.started) begin(watch, log, now);
  const { cursor } = watch;
  const holes = holesIn(log, cursor.seq);
  if (holes.length > 0) onMissing(holes);
  if (log.events.length === 0) cursor.passOver(log.lastSeq);
  if (isFinal(log.shownStatus) && cursor.seq >= log.lastSeq) cursor.reachedLast();
  const entries = entriesAfter(log, cursor);
  let taken = 0;
  for (; taken < entries.length && !outlet.isBlocked; taken += 1) {
    const entry = entries[taken]!;
    if (entry.kind === 'assist') cursor.passOver(entry.seq - 1);
    offer(watch, entry);
  }
  watch.page = outlet.isBlocked ? Math.max(1, taken) : Math.min(PAGE, 2 * page);
  return taken < entries.length || cursor.seq < log.lastSeq;
}

function begin(watch: Watch, { shownStatus: status, lastSeq, changes }: RunLog, now: () => number): void {
  watch.started = true;
  // An id beyond the last event can only be a mistake: there is nothing after it.
  if (watch.cursor.seq > lastSeq) watch.cursor = createStreamCursor(lastSeq);
  const at = changes.find((change) => change.status === status)?.at ?? new Date(now()).toISOString();
  watch.outlet.write(formatEntry({ kind: 'status', status, at }));
  watch.cursor.show(status);
  tellHint(watch);
}

/** After the first status, never after the end, and only to one that takes more. */
function tellHint(watch: Watch): void {
  const { hint, started, outlet, cursor } = watch;
  if (!hint || !started || outlet.isBlocked || cursor.ended) return;
  watch.hint = undefined;
  outlet.write(formatHint(hint));
}

/** False if something before it is missing. */
function offer({ cursor, outlet }: Watch, entry: StreamEntry): boolean {
  const acceptance = cursor.offer(entry);
  if (acceptance === 'emit') outlet.write(formatEntry(entry));
  return acceptance !== 'gap';
}
