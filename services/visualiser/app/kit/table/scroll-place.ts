/** A scroll position in the list of runs, by the run at its top. */
export interface ListPlace {
  /** The first run in sight. */
  id: string;
  /** How many runs were above it. */
  index: number;
  /** How much of it is out of sight, px. */
  offset: number;
}

/** A place as it was kept; undefined for anything else. */
export function parsePlace(kept: unknown): ListPlace | undefined {
  const { id, index, offset } = (kept ?? {}) as Partial<Record<keyof ListPlace, unknown>>;
  if (typeof id !== 'string' || typeof index !== 'number' || typeof offset !== 'number') return undefined;
  return index >= 0 && offset >= 0 ? { id, index, offset } : undefined;
}

/** So many runs may have come above since; the place is given up where more had to be read to find it. */
const MOST_NEW = 2_000;

/**
 * How far to scroll to be at a place again, px: at its run wherever that is now, or at its index if the run has left the
 * list. Undefined as long as more has to be read.
 */
export function scrollOf(
  { id, index, offset }: ListPlace,
  ids: readonly string[],
  { rowHeight, hasMore }: { rowHeight: number; hasMore: boolean },
): number | undefined {
  const found = ids.indexOf(id);
  if (found < 0 && hasMore && ids.length < index + MOST_NEW) return undefined;
  return (found < 0 ? Math.min(index, ids.length) : found) * rowHeight + Math.min(offset, rowHeight);
}
