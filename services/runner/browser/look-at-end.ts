import type { PageLook } from '#shared/bus/command.ts';

/** A page that has not answered for about so long when a step is out of time is busy, ms. */
const BUSY_MS = 1_000;

/** Undefined where it is not known, as of a page that is still asked for. */
export interface LooksAtEnd extends Disposable {
  /** Known at once when the step is out of time; not of a step that had less than {@link BUSY_MS}. */
  doesPageAnswer(): Promise<boolean | undefined>;
  /** The same, of any step; it may take half a second. */
  doesPageAnswerNow(): Promise<boolean | undefined>;
}

/**
 * Looks at the page shortly before a step is out of time, so that it is known at once whether the page's script left it
 * none. A step that ends before costs no look. `budget`: its whole time, ms.
 */
export function lookAtEnd(look: () => Promise<PageLook>, budget: number): LooksAtEnd {
  let begun = false;
  const begin = () => {
    begun = true;
    void look();
  };
  const timer = budget < BUSY_MS ? undefined : setTimeout(begin, budget - BUSY_MS);
  const doesPageAnswerNow = async () => {
    const seen = await look();
    return seen.answers && seen.loading ? undefined : seen.answers;
  };
  return {
    // What the page was asked then it has answered by now, or it is busy.
    doesPageAnswer: async () => (begun ? doesPageAnswerNow() : undefined),
    doesPageAnswerNow,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
