import { type RunSnapshot, restore, UnreadableSnapshotError } from '#shared/domain/run/snapshot.ts';

/** A stored machine, to look at; undefined if this version cannot read it. */
export function readStored(stored: unknown): RunSnapshot | undefined {
  try {
    return restore(stored);
  } catch (error) {
    if (error instanceof UnreadableSnapshotError) return undefined;
    throw error;
  }
}
