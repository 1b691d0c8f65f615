interface ReadRequest {
  as: string;
  columns: string[] | Record<string, string> | undefined;
  /** Units of text that are read at most. */
  most: number;
}

export interface Read {
  found: boolean;
  isTooLarge: boolean;
  value: unknown;
}

/** What is used of the page's own types; this process has none of them. */
interface PageElement {
  tagName: string;
  textContent: string | null;
  innerText?: string;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** What people see of elements. Runs in the page: it is all that it needs. */
export function readElements(elements: PageElement[], { as, columns, most }: ReadRequest): Read {
  let left = most;
  const taken = (text: string | null | undefined): string | null => {
    if (text === null || text === undefined) return null;
    left -= text.length;
    return left < 0 ? '' : text;
  };
  // biome-ignore lint/performance/useDomNodeTextContent: what people see, without what is hidden
  const shownText = (element: PageElement) => element.innerText ?? element.textContent ?? '';
  const textOf = (element: PageElement | null | undefined) => taken(element && shownText(element).trim());
  const cellsOf = (row: PageElement) => [...row.querySelectorAll(':scope > td, :scope > th')];
  const tableOf = (table: PageElement) => {
    const rows = [...table.querySelectorAll('tr')];
    const [first] = rows;
    const named = Array.isArray(columns) ? columns : undefined;
    const hasHead = first !== undefined && cellsOf(first).every(({ tagName }) => tagName === 'TH');
    const names = named ?? (first ? cellsOf(first).map((cell, at) => textOf(cell) || String(at + 1)) : []);
    return rows
      .slice(hasHead || !named ? 1 : 0)
      .filter((row) => left >= 0 && cellsOf(row).length > 0)
      .map((row) => {
        const cells = cellsOf(row);
        return Object.fromEntries(names.map((name, at) => [name, textOf(cells[at])]));
      });
  };
  const itemOf = (element: PageElement) => {
    if (columns === undefined || Array.isArray(columns)) return textOf(element);
    const fields = Object.entries(columns);
    return Object.fromEntries(fields.map(([name, within]) => [name, textOf(element.querySelector(within))]));
  };
  const [element] = elements;
  if (as === 'list') {
    const value = elements.map((one) => (left < 0 ? null : itemOf(one)));
    return { found: true, isTooLarge: left < 0, value };
  }
  if (!element) return { found: false, isTooLarge: false, value: null };
  const value = as === 'table' ? tableOf(element) : textOf(element);
  return { found: true, isTooLarge: left < 0, value };
}
