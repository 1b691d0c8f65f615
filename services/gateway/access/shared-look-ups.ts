/** Looks up what has this name; each look-up begins after it was asked for. */
export type LookUp<Result> = (name: string, look: () => Promise<Result>) => Promise<Result>;

interface UnderWay<Result> {
  now: Promise<Result>;
  /** The next look-up, for callers that asked since `now` began. */
  next: Promise<Result> | undefined;
}

/**
 * Those that ask for the same at once share one look-up, which begins after each of them asked: none is answered by what
 * was true before. So however many requests come with one key, they are one statement at a time (I13).
 */
export function createSharedLookUps<Result>(): LookUp<Result> {
  const all = new Map<string, UnderWay<Result>>();

  const begin: LookUp<Result> = (name, look) => {
    const underWay: UnderWay<Result> = { now: look(), next: undefined };
    all.set(name, underWay);
    const over = () => {
      if (all.get(name) === underWay) all.delete(name);
    };
    underWay.now.then(over, over);
    return underWay.now;
  };

  return (name, look) => {
    const underWay = all.get(name);
    if (!underWay) return begin(name, look);
    const again = () => begin(name, look);
    underWay.next ??= underWay.now.then(again, again);
    return underWay.next;
  };
}
