import { shorten } from './shorten.ts';

export interface TextCell {
  text: string;
  paint?: (text: string) => string;
}

/** How a table is made as narrow as the screen. */
export interface Fit {
  /** The width of the screen, in characters. */
  width: number;
  /** Columns whose texts may be cut, the first one first. */
  flexible: readonly number[];
}

const GAP = '  ';
/** A flexible column stays as wide as this. */
const NARROWEST = 8;

/** Rows of cells in columns as wide as their longest text; coloured after they are padded. */
export const textTable = (
  rows: readonly (readonly TextCell[])[],
  rightAligned: ReadonlySet<number>,
  fit?: Fit,
): string[] => {
  const natural = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column]?.text ?? '')].length)),
  );
  const widths = fit === undefined ? natural : narrowed(natural, fit);
  return rows.map((row) =>
    row
      .map(({ text, paint }, column) => {
        const shown = shorten(text, widths[column]!);
        const padding = ' '.repeat(widths[column]! - [...shown].length);
        const padded = rightAligned.has(column) ? padding + shown : shown + padding;
        return paint ? paint(padded) : padded;
      })
      .join(GAP)
      .trimEnd(),
  );
};

function narrowed(natural: readonly number[], { width, flexible }: Fit): number[] {
  const widths = [...natural];
  let over = widthOf(natural) - width;
  for (const column of flexible) {
    const less = Math.max(0, Math.min(over, widths[column]! - NARROWEST));
    widths[column]! -= less;
    over -= less;
  }
  return widths;
}

const widthOf = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
