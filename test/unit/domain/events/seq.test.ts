/* I6: events are numbered without gaps up to `run_end`, and live and stored streams have the same order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsBetween } from '#shared/domain/events/between.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import {
  type AssistEntry,
  entriesOfCommit,
  mergeEntries,
  type StatusChange,
} from '#shared/domain/events/stream.ts';
import { initialSnapshot, type RunSnapshot, stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import { createStreamCursor } from '../../../../services/gateway/stream/stream-cursor.ts';
import { apply, TEST_BUDGET } from '../../../support/database/runs.ts';
import { WORLD } from '../../../support/model/machine-world.ts';

/** Anything may happen to a run, and be stored in batches of any size. */
const stories = fc.record({
  received: fc.array(fc.constantFrom(...WORLD), { maxLength: 40 }),
  batches: fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
});
type Story = typeof stories extends fc.Arbitrary<infer T> ? T : never;

const AT = new Date(0);
const NO_STEPS = { step: () => ({}), evidence: () => ({}) };

/** The transitions that would be journaled, each with its events. */
function transitionsOf({ received }: Story) {
  let snapshot = initialSnapshot({ stepTimeouts: [1_000, 1_000], budget: TEST_BUDGET });
  const transitions: { snapshot: RunSnapshot; events: NewEvent[] }[] = [];
  for (const event of received) {
    const after = apply(snapshot, event);
    const events = eventsBetween(snapshot, after, NO_STEPS);
    if (events.length > 0 || stateOf(after) !== stateOf(snapshot))
      transitions.push({ snapshot: after, events });
    snapshot = after;
  }
  return transitions;
}

/** Stores them in batches: the log as the database has it, and the entries as they are published. */
function storeInBatches(story: Story) {
  const transitions = transitionsOf(story);
  const published = entriesOfCommit([], 1, 'running', AT);
  const changes: StatusChange[] = [{ status: 'running', afterSeq: 0, at: AT.toISOString() }];
  let lastSeq = 0;
  while (transitions.length > 0) {
    const batch = transitions.splice(0, story.batches.next().value);
    const events = batch.flatMap(({ events }) => events);
    const status = statusOf(batch.at(-1)!.snapshot);
    published.push(...entriesOfCommit(events, lastSeq + 1, status, AT));
    lastSeq += events.length;
    if (!changes.some((change) => change.status === status))
      changes.push({ status, afterSeq: lastSeq, at: AT.toISOString() });
  }
  return { published, changes, lastSeq };
}
const isEvent = (entry: { kind: string }): entry is AssistEntry => entry.kind === 'assist';

describe('seq', () => {
  it('I6: is 1..n without gaps, and run_end has the last, whatever happens and however it is batched', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { published, lastSeq } = storeInBatches(story);
        const events = published.filter(isEvent);
        expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, n) => n + 1));
        const ends = events.filter(({ type }) => type === 'run_end');
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends[0]) expect(ends[0].seq).toBe(lastSeq);
      }),
      { numRuns: 500 },
    );
  });

  it('I6: orders the stream alike, published as it happens or read from the database later', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { published, changes } = storeInBatches(story);
        const cursor = createStreamCursor(0);
        const heard = published.filter((entry) => cursor.offer(entry) === 'emit');
        expect(heard).toEqual(mergeEntries(published.filter(isEvent), changes));
      }),
      { numRuns: 500 },
    );
  });
});
