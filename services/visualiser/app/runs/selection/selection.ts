/* Which runs of the list are selected. Pure: each change is a new selection. */
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { progressOf } from '../run-list.ts';

export interface Selection {
  /** The selected runs by id, as they were when they were selected or last seen. */
  runs: ReadonlyMap<string, RunSummary>;
  /** Where a range begins: the run that was selected by itself last. */
  anchor?: string;
}

export const NOTHING_SELECTED: Selection = { runs: new Map() };

/** A run that has ended cannot be cancelled. */
export const isSelectable = ({ status }: Pick<RunSummary, 'status'>): boolean => !isFinal(status);

export function toggled({ runs }: Selection, run: RunSummary): Selection {
  const next = new Map(runs);
  if (!next.delete(run.id)) next.set(run.id, run);
  return { runs: next, anchor: run.id };
}

/** Everything from the anchor to this run, in the order that is shown; without an anchor, the run alone. */
export function extended(selection: Selection, to: RunSummary, shown: readonly RunSummary[]): Selection {
  const { anchor } = selection;
  const ends = [anchor, to.id].map((id) => shown.findIndex((run) => run.id === id));
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  if (anchor === undefined || first < 0) return isSelectable(to) ? toggled(selection, to) : selection;
  return { ...withAll(selection, shown.slice(first, last + 1)), anchor };
}

export const withAll = (selection: Selection, runs: readonly RunSummary[]): Selection => ({
  ...selection,
  runs: new Map([...selection.runs, ...runs.filter(isSelectable).map((run) => [run.id, run] as const)]),
});

export function without(selection: Selection, ids: Iterable<string>): Selection {
  const runs = new Map(selection.runs);
  for (const id of ids) runs.delete(id);
  return runs.size === selection.runs.size ? selection : { ...selection, runs };
}

/** What is known now of the selected runs; those that have ended are no longer selected. */
export function refreshed(selection: Selection, known: readonly RunSummary[]): Selection {
  const { runs } = selection;
  const news = known.filter((run) => {
    const before = runs.get(run.id);
    return before && before !== run && progressOf(run) >= progressOf(before);
  });
  if (news.length === 0) return selection;
  const ended = news.filter((run) => !isSelectable(run));
  return without(
    withAll(selection, news),
    ended.map(({ id }) => id),
  );
}

/** These runs with how far each has come, as it is known now; the same array while that is no other. */
export function advanced(runs: readonly RunSummary[], known: readonly RunSummary[]): readonly RunSummary[] {
  const now = new Map(known.map((run) => [run.id, run]));
  const next = runs.map((run) => {
    const latest = now.get(run.id) ?? run;
    return progressOf(latest) > progressOf(run) ? latest : run;
  });
  return next.some((run, n) => run !== runs[n]) ? next : runs;
}

/** Whether all of the runs that can be selected are. */
export function howMany(selection: Selection, shown: readonly RunSummary[]): 'all' | 'some' | 'none' {
  const open = shown.filter(isSelectable);
  const selected = open.filter(({ id }) => selection.runs.has(id)).length;
  if (selected === 0) return 'none';
  return selected === open.length ? 'all' : 'some';
}
