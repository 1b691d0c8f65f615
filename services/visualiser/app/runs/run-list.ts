import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { QUEUED } from '#shared/domain/run/states.ts';
import { isFinal } from '#shared/domain/run/status.ts';

/** Newest first, as the gateway lists them. */
function byStart(a: RunSummary, b: RunSummary): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? 1 : -1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** Where a page stands: at the list's beginning, at its end, both, or in the middle. */
export interface PagePlace {
  first?: boolean;
  last?: boolean;
  /** The oldest come first. */
  oldest?: boolean;
}

/**
 * Takes a page into a list: what is known is replaced, what is new finds its place, and what would stand in the page's
 * range but is not in it has left the list.
 */
export function withPage(
  known: readonly RunSummary[],
  page: readonly RunSummary[],
  { first = false, last = false, oldest = false }: PagePlace = {},
): readonly RunSummary[] {
  const fresh = new Set(page.map(({ id }) => id));
  const [top, bottom] = [page[0], page.at(-1)];
  // Only the gateway knows the order of runs of the same ms: those at the page's ends may be on the next page.
  const isBehind = (one: RunSummary, other: RunSummary) =>
    oldest ? one.startedAt > other.startedAt : one.startedAt < other.startedAt;
  const isInRange = (run: RunSummary) =>
    (first || (top !== undefined && isBehind(run, top))) &&
    (last || (bottom !== undefined && isBehind(bottom, run)));
  const compare = oldest ? (a: RunSummary, b: RunSummary) => byStart(b, a) : byStart;
  const rest = known.filter((run) => !fresh.has(run.id) && !isInRange(run));
  const old = new Map(known.map((run) => [run.id, run]));
  // What is as it was stays the same object, so that its row is not drawn again.
  const merged = [...page.map((run) => sameOr(old.get(run.id), run)), ...rest].toSorted(compare);
  const isSame = merged.length === known.length && merged.every((run, n) => run === known[n]);
  return isSame ? known : merged;
}

const sameOr = (old: RunSummary | undefined, run: RunSummary): RunSummary =>
  old !== undefined && JSON.stringify(old) === JSON.stringify(run) ? old : run;

/** Whether the page adjoins the known runs: otherwise there are unread runs between them. */
export const overlaps = (known: readonly RunSummary[], page: readonly RunSummary[]): boolean => {
  const ids = new Set(known.map(({ id }) => id));
  return page.some(({ id }) => ids.has(id));
};

/** How far a run is, as a number that grows: what was read before may come later. */
export function progressOf({ status, state, attempt = 1 }: RunSummary): number {
  const stage = isFinal(status) ? 3 : status === 'cancelling' ? 2 : state === QUEUED ? 0 : 1;
  return attempt * 4 + stage;
}

/** How many of these came in above the first one that was shown already; 0 if none of them was. */
export function countNew(runs: readonly RunSummary[], known: ReadonlySet<string>): number {
  return Math.max(
    0,
    runs.findIndex(({ id }) => known.has(id)),
  );
}
