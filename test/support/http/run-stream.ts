import { expect } from 'vitest';
import { streamEntrySchema } from '#shared/domain/events/entries.ts';
import { isRunEnd, type SseMessage } from './sse.ts';

/** The seqs that a watcher got, in the order of coming. */
export const seqsOf = (messages: readonly SseMessage[]): number[] =>
  messages.filter(({ data }) => data.kind === 'assist').map(({ data }) => data.seq as number);

export const statusesOf = (messages: readonly SseMessage[]): string[] =>
  messages.filter(({ data }) => data.kind === 'status').map(({ data }) => data.status as string);

/** The ids under which a reader of the stream of NATS should find what this watcher got, in this order. */
export const messageIdsOf = (runId: string, messages: readonly SseMessage[]): string[] =>
  messages.map(({ data }) => {
    if (data.kind === 'assist') return `${runId}:${data.seq}`;
    return data.kind === 'status' ? `${runId}:status:${data.status}` : `${runId}:end`;
  });

/** The outcome of a step that the end of its run cut off. */
export const cutStep = (index: number, action: string, why: string) => ({
  index,
  action,
  ok: false,
  error: `interrupted: ${why}`,
});

/** A cancelled run's steps: all of them done, but perhaps the last, which was cut off. Returns how many were done. */
export function expectCutAtTheEnd(steps: readonly { index: number; ok: boolean; error?: string }[]): number {
  const done = steps.filter(({ ok }) => ok).length;
  expect(steps.map(({ index }) => index)).toEqual(range(0, steps.length));
  expect(steps.slice(0, done).every(({ ok }) => ok)).toBe(true);
  for (const step of steps.slice(done)) expect(step.error).toBe('interrupted: the run was cancelled');
  expect(steps.length - done).toBeLessThanOrEqual(1);
  return done;
}

/** The states that a run left because their time was over, and not by what happened there. */
export const leftLate = (messages: readonly SseMessage[]): unknown[] =>
  messages.flatMap(({ data: { type, payload } }) => {
    const cause = payload?.cause as { kind?: string } | undefined;
    return type === 'transition' && cause?.kind === 'late' ? [payload?.from] : [];
  });

/** `n` numbers from `from` on. */
export const range = (from: number, n: number): number[] => Array.from({ length: n }, (_, i) => from + i);

/**
 * I6: what a watcher that had `after` gets to the end: seqs without a gap, one `run_end` as the last event, then the
 * final status, then `end`, then nothing; and each as the schemas describe it. Returns the payload of `run_end`, but its time.
 */
export function expectWholeStream(messages: readonly SseMessage[], after = 0): Record<string, unknown> {
  const seqs = seqsOf(messages);
  expect(seqs).toEqual(range(after + 1, seqs.length));
  for (const { data } of messages) expect(streamEntrySchema.parse(data)).toEqual(data);
  expect(messages.filter(isRunEnd)).toHaveLength(1);
  const [runEnd, status, end] = messages.slice(-3);
  expect(runEnd?.data.type).toBe('run_end');
  const { at: _, ...payload } = runEnd?.data.payload ?? {};
  expect(status?.data).toEqual({ kind: 'status', status: payload.status, at: expect.any(String) });
  expect(end?.data).toEqual({ kind: 'end', at: expect.any(String) });
  return payload;
}
