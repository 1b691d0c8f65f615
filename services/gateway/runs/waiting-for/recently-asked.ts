/** Nobody has asked for it for so long, ms. */
const FORGOTTEN_AFTER_MS = 5_000;

/** A cache that drops entries nobody has asked for lately. */
export function createRecentlyAsked<Known>(create: () => Known, now: () => number): (key: string) => Known {
  /** The one that was asked for first, first. */
  const kept = new Map<string, { known: Known; at: number }>();
  return (key) => {
    const asked = now();
    for (const [other, { at }] of kept) {
      if (asked - at < FORGOTTEN_AFTER_MS) break;
      kept.delete(other);
    }
    const known = kept.get(key)?.known ?? create();
    kept.delete(key);
    kept.set(key, { known, at: asked });
    return known;
  };
}
