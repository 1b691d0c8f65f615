/* The runs that are selected in the list. Owns them for one user and one filter: another list begins without any. */
import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RunSummary } from '#shared/api/client/index.ts';
import { session } from '../../session/session.ts';
import {
  extended,
  NOTHING_SELECTED,
  refreshed,
  type Selection,
  toggled,
  withAll,
  without,
} from './selection.ts';

const kept = signal<{ of: string; selection: Selection }>({ of: '', selection: NOTHING_SELECTED });

export const selection = computed(() => kept.value.selection);

/** The ids that were taken out since each reading began that is under way. */
const takenOut = new Set<Set<string>>();

const change = (next: Selection) => {
  const { of, selection } = kept.peek();
  if (next === selection) return;
  for (const id of selection.runs.keys()) if (!next.runs.has(id)) for (const ids of takenOut) ids.add(id);
  kept.value = { of, selection: next };
};

export const toggleRun = (run: RunSummary): void => change(toggled(selection.peek(), run));
export const extendTo = (run: RunSummary, shown: readonly RunSummary[]): void =>
  change(extended(selection.peek(), run, shown));
export const selectAll = (runs: readonly RunSummary[]): void => change(withAll(selection.peek(), runs));
/** Selects what is read, but for what the user takes out meanwhile. */
export async function selectRead(read: () => Promise<readonly RunSummary[]>): Promise<void> {
  const out = new Set<string>();
  takenOut.add(out);
  try {
    const found = await read();
    selectAll(found.filter(({ id }) => !out.has(id)));
  } finally {
    takenOut.delete(out);
  }
}

export const deselect = (ids: Iterable<string>): void => change(without(selection.peek(), ids));
export const deselectAll = (): void => change(NOTHING_SELECTED);

/** `key` names the list that is shown; what is known of its runs goes into the selection. */
export function useSelection(key: string, known: readonly RunSummary[]): Selection {
  const of = `${session.value?.email} ${key}`;
  if (kept.peek().of !== of) kept.value = { of, selection: NOTHING_SELECTED };
  useEffect(() => change(refreshed(selection.peek(), known)), [known]);
  return selection.value;
}
