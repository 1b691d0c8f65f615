import type { ComponentChildren, RefObject, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type KeptScroll, useKeptScroll } from './kept-scroll.ts';
import { focusedRow, moveFocus } from './row-focus.ts';
import { anchoredScroll, rowsOnScreen } from './window.ts';

export interface VirtualListProps<Item extends { id: string }> {
  items: readonly Item[];
  rowHeight: number;
  label: string;
  /** Above the rows; stays on screen. */
  head: ComponentChildren;
  renderRow(item: Item, index: number): ComponentChildren;
  /** What is on screen now. */
  onScreen(items: readonly Item[]): void;
  /** There are more than these. */
  hasMore: boolean;
  /** The end is near. */
  onEnd(): void;
  scroll: KeptScroll;
  foot?: ComponentChildren;
}

const NEAR_END_ROWS = 40;

/**
 * A table of any number of rows, of which only those on screen exist. Rows that come in above what is read do not move
 * it. Up and down go from row to row.
 */
export function VirtualList<Item extends { id: string }>(props: VirtualListProps<Item>) {
  const { items, rowHeight, label, head, renderRow, onScreen, hasMore, onEnd, foot } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useView(box);
  useAnchor(box, items, rowHeight, Math.floor(view.scrollTop / rowHeight));
  useKeptScroll(box, { items, rowHeight, hasMore, onMore: onEnd }, props.scroll);
  const { start, end } = rowsOnScreen(items.length, { ...view, rowHeight });
  useLayoutEffect(() => {
    onScreen(items.slice(start, end));
    if (end + NEAR_END_ROWS >= items.length) onEnd();
  }, [items, start, end]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of which most rows are not there
    <div
      class="table"
      role="table"
      aria-label={label}
      aria-rowcount={hasMore ? -1 : items.length + 1}
      ref={box}
      onKeyDown={goToRow}
    >
      {head}
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div class="table-rows" role="rowgroup" style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(start, end).map((item, n) => (
          <Row key={item.id} index={start + n} height={rowHeight}>
            {renderRow(item, start + n)}
          </Row>
        ))}
      </div>
      {foot}
    </div>
  );
}

function Row({ index, height, children }: { index: number; height: number; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useFocusableInteractive: its link has the focus
    <div
      class="row"
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      style={{ transform: `translateY(${index * height}px)`, height: `${height}px` }}
    >
      {children}
    </div>
  );
}

type Box = RefObject<HTMLDivElement | null>;

/** Which part of what is in the box is in sight. */
function useView(box: Box): { scrollTop: number; height: number } {
  const [view, setView] = useState({ scrollTop: 0, height: 800 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      const { scrollTop, clientHeight: height } = element;
      setView((known) =>
        known.scrollTop === scrollTop && known.height === height ? known : { scrollTop, height },
      );
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  return view;
}

/** Keeps the row that is the first in sight where it is, whatever comes in above it. */
function useAnchor(box: Box, items: readonly { id: string }[], rowHeight: number, first: number): void {
  const anchor = useRef<{ id: string | undefined; index: number }>({ id: undefined, index: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const ids = items.map(({ id }) => id);
    const { id, index } = anchor.current;
    const top = anchoredScroll(element.scrollTop, rowHeight, id, index, ids);
    if (top !== element.scrollTop) element.scrollTop = top;
  }, [items, rowHeight]);
  // After the effect above: that one needs the row that was first before the items changed.
  useLayoutEffect(() => {
    anchor.current = { id: items[first]?.id, index: first };
  }, [items, first]);
}

/** Moves up and down, from a row to the next. */
function goToRow(event: TargetedKeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const table = event.currentTarget;
  if (step === 0 || !focusedRow(table)) return;
  event.preventDefault();
  moveFocus(table, step);
}
