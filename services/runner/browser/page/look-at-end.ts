import type { PageLook } from '#shared/adapters/bus/command.ts';

/** How long before its time is over a step's page is looked at, ms. A step with less than the second is not. */
const BEFORE_END_MS = 1_500;
const SHORTEST_MS = 1_000;

/**
 * Looks at the page shortly before a step is out of time, so that it is known at once what blocked it, and whether the page's
 * script left it any. A step that ends before costs no look. `budget`: its whole time, ms.
 */
export function lookAtEnd(
  look: () => Promise<PageLook>,
  budget: number,
): { seen(): Promise<PageLook | undefined> } & Disposable {
  let begun = false;
  const begin = () => {
    begun = true;
    void look();
  };
  const timer = budget < SHORTEST_MS ? undefined : setTimeout(begin, Math.max(0, budget - BEFORE_END_MS));
  return {
    // What the page was asked then it has answered by now, or it is busy.
    seen: async () => (begun ? look() : undefined),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
