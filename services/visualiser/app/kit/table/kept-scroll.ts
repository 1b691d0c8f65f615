import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { type ListPlace, scrollOf } from './scroll-place.ts';

export interface KeptScroll {
  /** Where it was when it was left. */
  start: ListPlace | undefined;
  /** Called with its place once it stands still; undefined at its top. */
  keep(place: ListPlace | undefined): void;
}

export interface ScrolledList {
  items: readonly { id: string }[];
  rowHeight: number;
  hasMore: boolean;
  /** Reads more of it. */
  onMore(): void;
}

const STANDS_STILL_MS = 100;
/** Events by which the user moves elsewhere: then the list does not scroll back. */
const MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/** Scrolls a list to where it was left, reading it as far as that, and tells where it is from then on. */
export function useKeptScroll(
  box: RefObject<HTMLElement | null>,
  list: ScrolledList,
  kept: KeptScroll,
): void {
  const target = useRef(kept.start);
  const { items, rowHeight, hasMore } = list;
  const topOf = (place: ListPlace) =>
    scrollOf(
      place,
      items.map(({ id }) => id),
      { rowHeight, hasMore },
    );
  useLayoutEffect(() => {
    const element = box.current;
    const top = target.current && topOf(target.current);
    if (!element || top === undefined) return;
    target.current = undefined;
    element.scrollTop = top;
  }, [items, hasMore]);
  // Not in the effect above: there the page that brought these items still counts as being read.
  useEffect(() => {
    if (target.current) list.onMore();
  }, [items, hasMore]);

  const latest = useRef({ list, kept });
  latest.current = { list, kept };
  useEffect(() => {
    const element = box.current!;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      const { list: now, kept } = latest.current;
      if (!target.current) kept.keep(placeOf(element.scrollTop, now));
    };
    const onScroll = () => {
      clearTimeout(timer);
      timer = setTimeout(tell, STANDS_STILL_MS);
    };
    const giveUp = () => {
      target.current = undefined;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    for (const move of MOVES) element.addEventListener(move, giveUp, { passive: true });
    return () => {
      clearTimeout(timer);
      element.removeEventListener('scroll', onScroll);
      for (const move of MOVES) element.removeEventListener(move, giveUp);
    };
  }, []);
}

function placeOf(scrollTop: number, { items, rowHeight }: ScrolledList): ListPlace | undefined {
  const index = Math.floor(scrollTop / rowHeight);
  const id = items[index]?.id;
  if (scrollTop <= 0 || id === undefined) return undefined;
  return { id, index, offset: Math.round(scrollTop - index * rowHeight) };
}
