/* When a batch, its tests and their attempts began and ended, as far as the batch itself says it. ms since 1970; no clock. */
import type { Batch, BatchTest } from '#shared/api/contract/batches/batches.ts';

export type BatchAttempt = BatchTest['attempts'][number];

interface Span {
  start: number;
  stop: number;
}

export const spanOfAttempt = ({ startedAt, durationMs = 0 }: BatchAttempt): Span => {
  const start = Date.parse(startedAt);
  return { start, stop: start + Math.round(durationMs) };
};

/** A test that was not begun has none. */
export function spanOfTest({ attempts }: BatchTest): Span | undefined {
  const spans = attempts.map(spanOfAttempt);
  if (spans.length === 0) return undefined;
  return {
    start: Math.min(...spans.map(({ start }) => start)),
    stop: Math.max(...spans.map(({ stop }) => stop)),
  };
}

/** How long its attempts took, ms; what lay between them is left out. */
export const testMs = ({ attempts }: BatchTest): number =>
  attempts.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);

/** A batch that goes on stops at the latest time that is known in it. */
export function spanOfBatch({ createdAt, finishedAt, cancel, tests }: Batch): Span {
  const start = Date.parse(createdAt);
  if (finishedAt !== undefined) return { start, stop: Math.max(start, Date.parse(finishedAt)) };
  const ends = tests.map((test) => spanOfTest(test)?.stop ?? start);
  return { start, stop: Math.max(start, cancel ? Date.parse(cancel.at) : start, ...ends) };
}
