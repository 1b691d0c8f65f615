/**
 * The last items that together take at most `room` characters as JSON, at least one; `left` others came before them.
 */
export function newestWithin<Item>(items: readonly Item[], room: number): { kept: Item[]; left: number } {
  let used = 0;
  let from = items.length;
  while (from > 0) {
    used += JSON.stringify(items[from - 1]).length;
    if (used > room && from < items.length) break;
    from -= 1;
  }
  return { kept: items.slice(from), left: from };
}
