import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { focusedRow, moveFocus } from '../kit/table/row-focus.ts';
import { useKeys } from './keys.ts';

export interface ListKeys {
  onHelp(): void;
  /** Selects the run at this index, or takes it from what is selected; or everything from the last one to it. */
  onSelect(index: number, isRange: boolean): void;
  onCancel(): void;
}

/** The keys of the list of runs in the element whose reference it returns. */
export function useListKeys({ onHelp, onSelect, onCancel }: ListKeys): RefObject<HTMLElement | null> {
  const root = useRef<HTMLElement>(null);
  const table = () => root.current?.querySelector<HTMLElement>('.table');
  const move = (step: 1 | -1) => () => {
    const rows = table();
    if (rows) moveFocus(rows, step);
  };
  const select = (isRange: boolean) => () => {
    const rows = table();
    const row = rows && focusedRow(rows);
    if (row) onSelect(Number(row.dataset.index), isRange);
  };
  useKeys({
    '/': () => root.current?.querySelector<HTMLInputElement>('[name=q]')?.select(),
    j: move(1),
    k: move(-1),
    x: select(false),
    X: select(true),
    c: onCancel,
    '?': onHelp,
  });
  return root;
}
