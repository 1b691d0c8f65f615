import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { moveFocus } from '../parts/row-focus.ts';
import { useKeys } from './keys.ts';

/** The keys of the list of runs in the element whose reference it returns. */
export function useListKeys({ onHelp }: { onHelp(): void }): RefObject<HTMLElement | null> {
  const root = useRef<HTMLElement>(null);
  const move = (step: 1 | -1) => () => {
    const table = root.current?.querySelector<HTMLElement>('.table');
    if (table) moveFocus(table, step);
  };
  useKeys({
    '/': () => root.current?.querySelector<HTMLInputElement>('[name=q]')?.select(),
    j: move(1),
    k: move(-1),
    '?': onHelp,
  });
  return root;
}
