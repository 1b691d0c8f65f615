/* The tests of one batch, live. Owns the newest number received, by which it reconnects. */
import type { BatchEntry } from '#shared/api/contract/batches/batches.ts';
import { lastEventIdHeader } from '#shared/domain/events/last-event-id.ts';
import { followStream, type ReconnectOptions } from './follow-stream.ts';
import { parseJson, type Transport } from './transport.ts';

export interface FollowedBatch {
  /** Id of its project. */
  project: string;
  batch: string;
}

export interface BatchWatchOptions extends ReconnectOptions {
  /** Number of the last entry already received; only what has changed since is yielded. */
  lastEventId?: number | undefined;
}

/**
 * Every test as it is, and again once it has changed, and the batch with its counts, none older than what came before;
 * returns after the `end`. @throws ApiError, GatewayError, or the signal's reason
 */
export async function* watchBatch(
  { open, checks }: Transport,
  { project, batch }: FollowedBatch,
  { lastEventId = 0, ...options }: BatchWatchOptions = {},
): AsyncGenerator<BatchEntry, void, undefined> {
  const newest = new Map<number | 'batch', number>();
  let lastSeq = lastEventId;
  yield* followStream<BatchEntry>(
    {
      connect: (signal) =>
        open('streamBatch', { params: { id: project, batch } }, { signal }, lastEventIdHeader(lastSeq)),
      read: ({ event, data }) => (event === 'ping' ? undefined : checks.batchEntry(parseJson(data))),
      accept(entry) {
        if (entry.kind === 'end') return true;
        const key = entry.kind === 'test' ? entry.test.index : entry.kind;
        if (entry.seq < (newest.get(key) ?? 0)) return false;
        newest.set(key, entry.seq);
        lastSeq = Math.max(lastSeq, entry.seq);
        return true;
      },
      isEnd: ({ kind }) => kind === 'end',
      // Its id is from a gateway.
      isKnown: true,
    },
    options,
  );
}
