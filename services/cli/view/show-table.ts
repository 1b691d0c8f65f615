import type { CommandContext } from '../command.ts';
import { createPalette } from './palette.ts';
import { terminalOf } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Prints rows of plain texts below a heading. */
export function showTable(
  { env, out }: CommandContext,
  head: readonly string[],
  rows: readonly string[][],
): void {
  const { dim } = createPalette(terminalOf(env, process.stdout).colour);
  const cells = [
    head.map((text) => ({ text, paint: dim })),
    ...rows.map((row) => row.map((text) => ({ text }))),
  ];
  for (const line of textTable(cells, new Set())) out(line);
}
