/* One batch as it is watched. Owns its stream. After a loss, or once the page is seen again, it goes on behind what it had last. */
import { batch, signal } from '@preact/signals';
import {
  ApiError,
  type Client,
  type FollowedBatch,
  mayPass,
  retryAfterMs,
} from '#shared/api/client/index.ts';
import type { Batch, BatchEntry, BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import { followWhileSeen } from '../../run/while-seen.ts';
import { createArrivals } from '../../session/arrivals.ts';
import { endsSession } from '../../session/session.ts';
import { createKnownTests, type KnownTests } from './known-tests.ts';

export interface BatchWatch {
  readonly summary: { readonly value: BatchSummary | undefined };
  readonly tests: KnownTests;
  /** `missing`: there is no such batch, or it is not the user's to see. */
  readonly failure: { readonly value: 'missing' | 'error' | undefined };
  /** All that is known of it. */
  whole(): Batch | undefined;
  close(): void;
}

/** Hundreds of tests may change in a second: that many pictures of them a reader can take in. */
const FLUSH_MS = 100;
const RETRY_MS = 1_500;
/** A batch may go on for hours while the gateway is away. */
const PATIENCE_MS = 24 * 3_600_000;

/** `before`: as it was known in an outage. */
export function createBatchWatch(
  client: Client,
  { project, batch: id }: FollowedBatch,
  before: Batch | undefined,
): BatchWatch {
  const known = createKnown(before);
  const leaving = new AbortController();
  const { signal: left } = leaving;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const arrivals = createArrivals<BatchEntry>(FLUSH_MS, known.add);

  const params = { id: project, batch: id };
  const read = async () => known.replace(await client.call('readBatch', { params }, { signal: left }));
  async function stream(signal: AbortSignal): Promise<void> {
    const options = { signal, lastEventId: known.lastSeq(), patienceMs: PATIENCE_MS };
    for await (const entry of client.followBatch({ project, batch: id }, options)) arrivals.add(entry);
  }
  const isOver = () => known.summary.value !== undefined && isBatchFinal(known.summary.value.status);

  function fail(error: unknown): void {
    if (left.aborted || endsSession(error)) return;
    known.failure.value = error instanceof ApiError && error.status === 404 ? 'missing' : 'error';
    if (mayPass(error)) retry = setTimeout(start, retryAfterMs(error, RETRY_MS));
  }
  const start = () => void followWhileSeen({ read, stream, isOver }, left).catch(fail);
  start();
  return {
    ...known,
    close() {
      leaving.abort();
      arrivals.close();
      clearTimeout(retry);
    },
  };
}

function createKnown(before: Batch | undefined) {
  const summary = signal<BatchSummary | undefined>(before);
  const failure = signal<'missing' | 'error' | undefined>(undefined);
  const tests = createKnownTests();
  let seq = 0;
  tests.put(before?.tests ?? []);
  return {
    summary,
    failure,
    tests,
    lastSeq: () => seq,
    whole: (): Batch | undefined => summary.value && { ...summary.value, tests: tests.all() },
    replace({ tests: all, ...rest }: Batch): void {
      batch(() => {
        tests.put(all);
        summary.value = rest;
        failure.value = undefined;
      });
    },
    add(entries: readonly BatchEntry[]): void {
      const last = entries.findLast((entry) => entry.kind === 'batch');
      batch(() => {
        tests.put(entries.flatMap((entry) => (entry.kind === 'test' ? [entry.test] : [])));
        if (last) summary.value = last.batch;
        for (const entry of entries) if (entry.kind !== 'end') seq = Math.max(seq, entry.seq);
      });
    },
  };
}
