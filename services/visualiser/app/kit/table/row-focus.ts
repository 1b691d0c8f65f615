/* Moves the focus from row to row of a table of which most rows are not there. A row is where its link is. */

/** The row that has the focus, or something in it. */
export const focusedRow = (table: HTMLElement): HTMLElement | undefined =>
  (table.contains(document.activeElement) && document.activeElement?.closest<HTMLElement>('[data-index]')) ||
  undefined;

/** Moves to the next row or the one before; from outside of the table, to the first in sight. */
export function moveFocus(table: HTMLElement, step: 1 | -1): void {
  const row = focusedRow(table);
  const next = row ? rowAt(table, Number(row.dataset.index) + step) : firstInSight(table);
  if (next) focusRow(next);
}

export function focusRow(row: HTMLElement): void {
  const link = row.querySelector<HTMLElement>('.row-link');
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: 'nearest' });
  // The browser's own comes with the next frame; the next key may come before, and needs the row that is then next.
  row.closest('.table')?.dispatchEvent(new Event('scroll'));
}

const rowAt = (table: HTMLElement, index: number): HTMLElement | undefined =>
  table.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? undefined;

function firstInSight(table: HTMLElement): HTMLElement | undefined {
  const { top } = table.getBoundingClientRect();
  const rows = [...table.querySelectorAll<HTMLElement>('[data-index]')];
  return rows
    .toSorted((a, b) => Number(a.dataset.index) - Number(b.dataset.index))
    .find((row) => row.getBoundingClientRect().top >= top);
}
