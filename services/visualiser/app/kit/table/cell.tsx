import type { ComponentChildren } from 'preact';

export interface CellProps {
  role: 'cell' | 'columnheader';
  /** Names its column in the style. */
  name: string;
  children: ComponentChildren;
}

/** A cell of a table of which most rows are not there: it cannot be a <td>. */
export function TableCell({ role, name, children }: CellProps) {
  return (
    <div role={role} class={`cell cell-${name}`}>
      {children}
    </div>
  );
}
