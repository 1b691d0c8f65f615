/* One batch as it is watched. Owns its stream. After a loss, or once the page is seen again, it goes on behind what it had last. */
import { batch, signal } from '@preact/signals';
import type { Client, FollowedBatch } from '#shared/api/client/index.ts';
import type { Batch, BatchEntry, BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import { createArrivals } from '../../session/arrivals.ts';
import { keepWatching, type WatchFailure } from '../../session/keep-watching.ts';
import { createKnownTests, type KnownTests } from './known-tests.ts';

export interface BatchWatch {
  readonly summary: { readonly value: BatchSummary | undefined };
  readonly tests: KnownTests;
  readonly failure: { readonly value: WatchFailure | undefined };
  /** All that is known of it. */
  whole(): Batch | undefined;
  close(): void;
}

/** Hundreds of tests may change in a second: that many pictures of them a reader can take in. */
const FLUSH_MS = 100;
/** A batch may go on for hours while the gateway is away. */
const PATIENCE_MS = 24 * 3_600_000;

/** `before`: as it was known in an outage. */
export function createBatchWatch(
  client: Client,
  { project, batch: id }: FollowedBatch,
  before: Batch | undefined,
): BatchWatch {
  const known = createKnown(before);
  const arrivals = createArrivals<BatchEntry>(FLUSH_MS, known.add);

  const params = { id: project, batch: id };
  const read = async (signal: AbortSignal) =>
    known.replace(await client.call('readBatch', { params }, { signal }));
  async function stream(signal: AbortSignal): Promise<void> {
    const options = { signal, lastEventId: known.lastSeq(), patienceMs: PATIENCE_MS };
    for await (const entry of client.followBatch({ project, batch: id }, options)) arrivals.add(entry);
  }
  const isOver = () => known.summary.value !== undefined && isBatchFinal(known.summary.value.status);

  const watching = keepWatching({ read, stream, isOver }, (failure) => {
    known.failure.value = failure;
  });
  return {
    ...known,
    close() {
      watching.close();
      arrivals.close();
    },
  };
}

function createKnown(before: Batch | undefined) {
  const summary = signal<BatchSummary | undefined>(before);
  const failure = signal<WatchFailure | undefined>(undefined);
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
