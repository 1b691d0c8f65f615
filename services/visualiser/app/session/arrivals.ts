/** What comes within so many ms after the first is taken together. */
export function createArrivals<Item>(ms: number, take: (items: Item[]) => void) {
  let items: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const taken = items;
    items = [];
    take(taken);
  };
  return {
    add(item: Item): void {
      items.push(item);
      timer ??= setTimeout(flush, ms);
    },
    close: () => clearTimeout(timer),
  };
}
