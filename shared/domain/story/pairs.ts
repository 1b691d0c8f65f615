export interface Pair<Item> {
  here?: Item;
  there?: Item;
  /** Both are there, and have the same key. */
  isSame: boolean;
}

/**
 * Two short lists beside each other, in their order: as many items as can be stand beside one with the same key; those between
 * stand beside each other as they come. Pure.
 */
export function pairs<Item>(
  here: readonly Item[],
  there: readonly Item[],
  keyOf: (item: Item, isHere: boolean) => string,
): Pair<Item>[] {
  const [keys, keysThere] = [here.map((item) => keyOf(item, true)), there.map((item) => keyOf(item, false))];
  const alike = mostAlike(keys, keysThere);
  const found: Pair<Item>[] = [];
  let [n, m] = [0, 0];
  for (const [same, sameThere] of [...alike, [here.length, there.length] as const]) {
    for (; n < same || m < sameThere; n += 1, m += 1)
      found.push({
        ...(n < same && { here: here[n]! }),
        ...(m < sameThere && { there: there[m]! }),
        isSame: false,
      });
    if (same < here.length) found.push({ here: here[same]!, there: there[sameThere]!, isSame: true });
    [n, m] = [same + 1, sameThere + 1];
  }
  return found;
}

/** Where the longest common subsequence of the two is in each. */
function mostAlike(here: readonly string[], there: readonly string[]): [number, number][] {
  const longest = Array.from({ length: here.length + 1 }, () => Array<number>(there.length + 1).fill(0));
  for (let n = here.length - 1; n >= 0; n -= 1)
    for (let m = there.length - 1; m >= 0; m -= 1)
      longest[n]![m] =
        here[n] === there[m]
          ? 1 + longest[n + 1]![m + 1]!
          : Math.max(longest[n + 1]![m]!, longest[n]![m + 1]!);
  const found: [number, number][] = [];
  for (let n = 0, m = 0; n < here.length && m < there.length; )
    if (here[n] === there[m]) found.push([n++, m++]);
    else if (longest[n + 1]![m]! >= longest[n]![m + 1]!) n += 1;
    else m += 1;
  return found;
}
