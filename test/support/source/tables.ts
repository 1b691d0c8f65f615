/** The cells of each row of a page's tables, cut as GitHub cuts them: also inside code, but not at `\|`. */
export const tables = (markdown: string): string[][][] =>
  (markdown.match(/(^\|.*\n)+/gm) ?? []).map((table) =>
    table
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/(?<!\\)\|/).slice(1, -1)),
  );
