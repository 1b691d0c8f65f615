export interface Pair<Item> {
  here?: Item;
  there?: Item;
  /** Both are there, and are exactly alike. */
  isSame: boolean;
}

/** What an item is, exactly and loosely: items that are exactly alike are loosely alike, too. */
export interface PairKeys {
  exact: string;
  loose: string;
}

/**
 * Two short lists beside each other, in their order: as many items as can be stand beside one that is exactly alike, then as many
 * as can be beside one that is loosely alike; those between stand beside each other as they come. Pure.
 */
export function pairs<Item>(
  here: readonly Item[],
  there: readonly Item[],
  keysOf: (item: Item, isHere: boolean) => PairKeys,
): Pair<Item>[] {
  const [keys, keysThere] = [
    here.map((item) => keysOf(item, true)),
    there.map((item) => keysOf(item, false)),
  ];
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
    if (same < here.length) {
      const isSame = keys[same]!.exact === keysThere[sameThere]!.exact;
      found.push({ here: here[same]!, there: there[sameThere]!, isSame });
    }
    [n, m] = [same + 1, sameThere + 1];
  }
  return found;
}

/** Where the heaviest common subsequence of the two is in each: no number of loose pairs outweighs an exact one. */
function mostAlike(here: readonly PairKeys[], there: readonly PairKeys[]): [number, number][] {
  const exactWeight = here.length + 1;
  const weightOf = (n: number, m: number): number =>
    here[n]!.exact === there[m]!.exact ? exactWeight : here[n]!.loose === there[m]!.loose ? 1 : 0;
  const best = Array.from({ length: here.length + 1 }, () => Array<number>(there.length + 1).fill(0));
  const paired = (n: number, m: number): number => weightOf(n, m) + best[n + 1]![m + 1]!;
  for (let n = here.length - 1; n >= 0; n -= 1)
    for (let m = there.length - 1; m >= 0; m -= 1)
      best[n]![m] = Math.max(paired(n, m), best[n + 1]![m]!, best[n]![m + 1]!);
  const found: [number, number][] = [];
  for (let n = 0, m = 0; n < here.length && m < there.length; )
    if (weightOf(n, m) > 0 && best[n]![m] === paired(n, m)) found.push([n++, m++]);
    else if (best[n + 1]![m]! >= best[n]![m + 1]!) n += 1;
    else m += 1;
  return found;
}
