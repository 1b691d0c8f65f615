import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RunSummary } from '#shared/api/client/index.ts';
import { countNew } from './run-list.ts';

/** The runs of a list without those that came in above while they are held back. */
export interface HeldRuns {
  shown: readonly RunSummary[];
  /** How many are held back. */
  fresh: number;
  release(): void;
  /** Handlers of the element that the list is in. */
  watch: {
    onScrollCapture(event: Event): void;
    onPointerEnter(event: PointerEvent): void;
    onPointerLeave(): void;
  };
}

/**
 * While the reader is at something in the list, scrolled or with the pointer, nothing comes in above what is shown: rows stay
 * where they are. `key` names the list.
 */
export function useHeldRuns(runs: readonly RunSummary[], key: string): HeldRuns {
  const [isScrolled, setScrolled] = useState(false);
  const [isPointed, setPointed] = useState(false);
  useEffect(() => setScrolled(false), [key]);
  const known = useRef<ReadonlySet<string>>(new Set());
  const [, redraw] = useState(0);
  const fresh = isScrolled || isPointed ? countNew(runs, known.current) : 0;
  const shown = useMemo(() => (fresh === 0 ? runs : runs.slice(fresh)), [runs, fresh]);
  known.current = useMemo(() => new Set(shown.map(({ id }) => id)), [shown]);
  return {
    shown,
    fresh,
    release() {
      known.current = new Set(runs.map(({ id }) => id));
      redraw((before) => before + 1);
    },
    watch: {
      onScrollCapture: ({ target }) => setScrolled((target as Element).scrollTop > 0),
      onPointerEnter: ({ pointerType }) => setPointed(pointerType === 'mouse'),
      onPointerLeave: () => setPointed(false),
    },
  };
}
