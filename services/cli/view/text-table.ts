export interface Cell {
  text: string;
  paint?: (text: string) => string;
}

/** Rows of cells in columns as wide as their longest text; coloured after they are padded. */
export const textTable = (
  rows: readonly (readonly Cell[])[],
  rightAligned: ReadonlySet<number>,
): string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column]?.text ?? '')].length)),
  );
  return rows.map((row) =>
    row
      .map(({ text, paint }, column) => {
        const padding = ' '.repeat(widths[column]! - [...text].length);
        const padded = rightAligned.has(column) ? padding + text : text + padding;
        return paint ? paint(padded) : padded;
      })
      .join('  ')
      .trimEnd(),
  );
};
