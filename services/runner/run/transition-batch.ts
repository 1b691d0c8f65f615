import { isUnowned, type RunSnapshot, statusOf } from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import type { TransitionEntry } from './transition-entry.ts';

/** The first `size` pending entries, merged. */
export interface TransitionBatch {
  entry: TransitionEntry;
  size: number;
}

/** The last snapshot that this owner writes. */
export const givesUp = (snapshot: RunSnapshot): boolean => isFinal(statusOf(snapshot)) || isUnowned(snapshot);

/** How long all of these may wait for what comes next, ms. */
export const mayWait = (pending: readonly TransitionEntry[]): number =>
  Math.min(...pending.map(({ mayWaitMs }) => mayWaitMs));

/** The pending entries that may go into one statement, at least one. */
export function takeBatch(pending: TransitionEntry[]): TransitionBatch {
  const size = sizeOf(pending);
  const { snapshot } = pending[size - 1]!;
  const goesOn = statusOf(snapshot) === 'running' && !isUnowned(snapshot);
  // The trigger `note_webhooks` reports `run.started` only in a statement after which the run is running.
  return batchOf(pending, pending[0]!.leavesQueue && !goesOn ? 1 : size);
}

/** The last one of this owner may be refused, the rest not: it goes alone, or with what was brief and has waited for it. */
function sizeOf(pending: TransitionEntry[]): number {
  const last = pending.findIndex(({ snapshot }) => givesUp(snapshot));
  if (last < 0) return pending.length;
  return last === 0 || mayWait(pending.slice(0, last)) > 0 ? last + 1 : last;
}

export const batchOf = (pending: TransitionEntry[], size: number): TransitionBatch => ({
  size,
  entry: mergeEntries(pending.slice(0, size)),
});

/** One after the other, at least one. */
const mergeEntries = (entries: TransitionEntry[]): TransitionEntry => ({
  ...entries.at(-1)!,
  events: entries.flatMap(({ events }) => events),
  steps: entries.flatMap(({ steps }) => steps),
});
