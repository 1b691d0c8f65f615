import type { PageLook } from '#shared/adapters/bus/command.ts';

/** A page that has not answered for about so long when a step is out of time is busy, ms. */
const BUSY_MS = 1_000;

/**
 * Looks at the page shortly before a step is out of time, so that it is known at once whether the page's script left it
 * none. A step that ends before costs no look, and of one with less time nothing is known. `budget`: its whole time, ms.
 */
export function lookAtEnd(
  look: () => Promise<PageLook>,
  budget: number,
): { doesPageAnswer(): Promise<boolean | undefined> } & Disposable {
  let begun = false;
  const begin = () => {
    begun = true;
    void look();
  };
  const timer = budget < BUSY_MS ? undefined : setTimeout(begin, budget - BUSY_MS);
  return {
    // What the page was asked then it has answered by now, or it is busy.
    async doesPageAnswer() {
      if (!begun) return undefined;
      const seen = await look();
      // Nothing is known of a page that is still asked for.
      return seen.answers && seen.loading ? undefined : seen.answers;
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
