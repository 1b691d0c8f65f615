/** Which of many rows of one height are on screen, and a few around them. `end` is behind the last. */
export function rowsOnScreen(
  count: number,
  { scrollTop, height, rowHeight }: { scrollTop: number; height: number; rowHeight: number },
  around = 6,
): { start: number; end: number } {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const last = Math.ceil((Math.max(0, scrollTop) + height) / rowHeight);
  return { start: Math.max(0, Math.min(first, count) - around), end: Math.min(count, last + around) };
}

/** Where to scroll so that what was read stays where it was, after rows have come before it. */
export function anchoredScroll(
  scrollTop: number,
  rowHeight: number,
  anchor: string | undefined,
  before: number,
  ids: readonly string[],
): number {
  if (scrollTop < rowHeight || anchor === undefined) return scrollTop;
  const now = ids.indexOf(anchor);
  return now < 0 ? scrollTop : scrollTop + (now - before) * rowHeight;
}
