import { isQueued, type RunSnapshot, statusOf } from '#shared/run/snapshot.ts';
import { isFinal } from '#shared/run/status.ts';
import type { TransitionEntry } from './transition-entry.ts';

/** The first `size` pending entries, merged. */
export interface Batch {
  entry: TransitionEntry;
  size: number;
}

/** The last snapshot that this owner writes. */
export const givesUp = (snapshot: RunSnapshot): boolean => isFinal(statusOf(snapshot)) || isQueued(snapshot);

/**
 * All pending entries go into one statement, but the last one of this owner goes alone: it may be refused, the rest
 * not (I9).
 */
export function takeBatch(pending: TransitionEntry[]): Batch {
  const last = pending.findIndex(({ snapshot }) => givesUp(snapshot));
  const size = last > 0 ? last : last === 0 ? 1 : pending.length;
  const entries = pending.slice(0, size);
  return {
    size,
    entry: {
      snapshot: entries.at(-1)!.snapshot,
      events: entries.flatMap(({ events }) => events),
      steps: entries.flatMap(({ steps }) => steps),
    },
  };
}
