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

/** Nothing but what may wait for what comes next. */
export const areBrief = (pending: TransitionEntry[]): boolean => pending.every(({ brief }) => brief);

/**
 * All pending entries go into one statement. The last one of this owner may be refused, the rest not: it goes alone, or
 * with what was brief and has waited for it.
 */
export function takeBatch(pending: TransitionEntry[]): Batch {
  const last = pending.findIndex(({ snapshot }) => givesUp(snapshot));
  if (last <= 0) return batchOf(pending, last === 0 ? 1 : pending.length);
  return batchOf(pending, areBrief(pending.slice(0, last)) ? last + 1 : last);
}

export const batchOf = (pending: TransitionEntry[], size: number): Batch => ({
  size,
  entry: mergeEntries(pending.slice(0, size)),
});

/** One after the other, at least one. */
export const mergeEntries = (entries: TransitionEntry[]): TransitionEntry => ({
  ...entries.at(-1)!,
  events: entries.flatMap(({ events }) => events),
  steps: entries.flatMap(({ steps }) => steps),
});
