/*
 * The stream of a batch: each of its tests as it is, and again after each change, in the order of their numbers. Owns its place in
 * that order. What is new it reads from the database, which every gateway writes to.
 */
import { findBatch, readChangedTests } from '#shared/adapters/database/batches/read.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { BatchEntry } from '#shared/api/contract/batches/batches.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import { LAST_EVENT_ID, parseLastEventId } from '#shared/domain/events/last-event-id.ts';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';
import type { OpenStreams } from '../access/open-streams.ts';
import type { GatewayContext, Handler } from '../http/call.ts';
import { beginStream } from '../stream/begin-stream.ts';
import { type Outlet, openOutlet } from '../stream/outlet.ts';
import type { BatchFeeds } from './batch-feeds.ts';
import { presentBatch, presentTest } from './present.ts';
import { requestedBatch } from './read-batches.ts';

export interface StreamBatchDeps {
  sql: Sql;
  feeds: BatchFeeds;
  openStreams: OpenStreams;
}

const PAGE = 100;

export function createStreamBatch(deps: StreamBatchDeps): Handler<'streamBatch'> {
  const { sql, openStreams } = deps;
  return async (call) => {
    const { actor, ctx, log, leaveTurn } = call;
    const { id: batchId, projectId } = await requestedBatch(sql, call);
    const leave = openStreams.join(actor, { batchId }, ctx.res);
    try {
      beginStream(ctx);
      leaveTurn();
      const after = parseLastEventId(ctx.get(LAST_EVENT_ID) || undefined);
      const onError = (error: unknown) => log.warn({ err: error }, 'the stream of a batch fell behind');
      await follow(deps, { batchId, projectId, after, onError }, ctx);
    } finally {
      leave();
    }
  };
}

interface Following {
  batchId: string;
  projectId: string;
  /** The number of the last change that the watcher has. */
  after: number;
  onError(error: unknown): void;
}

/** Resolves when the stream is ended or its reader gone. */
async function follow(
  { sql, feeds }: StreamBatchDeps,
  following: Following,
  { res }: GatewayContext,
): Promise<void> {
  const cursor: Cursor = { seq: following.after, batchSeq: -1, isBegun: false };
  const outlet = openOutlet(res, Date.now, () => void reader.run());
  const reader = createSerialTask(
    () => catchUp(sql, following, cursor, outlet),
    (error) => void following.onError(error),
  );
  const leave = feeds.join(following.batchId, (reached) => {
    if (!cursor.isBegun || reached === undefined || reached > cursor.batchSeq) void reader.run();
  });
  try {
    void reader.run();
    await outlet.gone;
  } finally {
    leave();
    outlet.close();
    await reader.close();
  }
}

/** How far a watcher is: with the tests, and with the batch itself. */
interface Cursor {
  seq: number;
  batchSeq: number;
  isBegun: boolean;
}

/** Sends what has changed, as long as the reader takes it; once that is all, the batch itself. */
async function catchUp(
  sql: Sql,
  { batchId, projectId }: Following,
  cursor: Cursor,
  outlet: Outlet,
): Promise<void> {
  while (!outlet.isBlocked && !outlet.isGone) {
    const batch = await findBatch(sql, { projectId, id: batchId });
    if (!batch) return outlet.end();
    // An id beyond the last change can only be a mistake.
    if (!cursor.isBegun) cursor.seq = Math.min(cursor.seq, batch.seq);
    const tests = await readChangedTests(sql, { batchId, after: cursor.seq, limit: PAGE });
    for (const row of tests) send(outlet, { kind: 'test', seq: row.seq, test: presentTest(row) });
    cursor.seq = Math.max(cursor.seq, tests.at(-1)?.seq ?? 0);
    cursor.isBegun = true;
    if (tests.length > 0) continue;
    if (batch.seq > cursor.batchSeq) {
      cursor.batchSeq = batch.seq;
      send(outlet, { kind: 'batch', seq: batch.seq, batch: presentBatch(batch) });
    }
    if (isBatchFinal(batch.status)) finish(outlet);
    return;
  }
}

function finish(outlet: Outlet): void {
  send(outlet, { kind: 'end' });
  outlet.end();
}

function send(outlet: Outlet, entry: BatchEntry): void {
  const id = entry.kind === 'end' ? '' : `id: ${entry.seq}\n`;
  outlet.write(`event: ${entry.kind}\ndata: ${JSON.stringify(entry)}\n${id}\n`);
}
