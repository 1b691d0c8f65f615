import type { ComponentChildren, TargetedFocusEvent, TargetedPointerEvent } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Moment } from '#shared/domain/story/moment.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';
import { useNow } from '../../kit/clock.ts';
import { formatOffset } from '../../text/duration.ts';
import { text } from '../../text/text.ts';
import { eventDetail, eventName } from '../event-text.ts';
import { AxisTipPart } from '../on-demand.ts';
import { wayOf } from '../way/way.ts';
import { useWidth } from '../width.ts';
import { barsOf, seqAt } from './axis.ts';
import { AxisBars, AxisFolds, AxisMarks, AxisTicks } from './axis-rows.tsx';
import { MomentLine } from './moment-line.tsx';
import { type TimeScale, timeScale } from './time-scale.ts';

export interface TimeAxisProps {
  events: readonly PastEvent[];
  startedAt: number;
  /** The last moment, whichever is looked at. */
  newest: Moment;
  /** The event that is looked at; 0 is before the first. */
  seq: number;
  /** The same at this very instant, before it is drawn: keys may come faster. */
  seqNow(): number;
  isLive: boolean;
  link(): string;
  onMove(seq: number | undefined): void;
}

const TICK_MS = 500;
const MOST_ZOOM = 32;
const PAGE = 10;
const SNAP_PX = 6;
/** Room for half a cursor and half a time, px. */
const BESIDE = 10;
/** What is looked at stays so far from the border of what is seen, px. */
const AROUND = 48;

/** The run along its time: what it did, and the moment that is looked at, which can be moved. What is pointed at is shown. */
export function TimeAxis(props: TimeAxisProps) {
  const { events, startedAt, newest, seq, seqNow, isLive, link, onMove } = props;
  const { run } = text.value;
  const [zoom, setZoom] = useState(1);
  /** The place that is pointed at, from 0 to 1; that of the moment while the keyboard is on the axis. */
  const [pointed, setPointed] = useState<number | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const seen = useWidth(box);
  const width = zoom * Math.max(0, seen - 2 * BESIDE);
  const { scale, now } = useScale(events, startedAt, newest);
  const last = events.at(-1)?.seq ?? 0;
  const current = events.findLast((event) => event.seq <= seq);
  const at = isLive ? 1 : scale.at(current?.time ?? startedAt);
  const move = (next: number) => onMove(next >= last ? undefined : Math.max(0, next));
  const step = (by: number) => move(seqNow() + by);
  useFollowed(box, at, width);
  useArrowKeys(step);
  const event = current ? `${eventName(current, run)} ${eventDetail(current, text.value)}` : run.start;
  const offset = formatOffset((current?.time ?? startedAt) - startedAt);
  const bars = barsOf(wayOf(newest.visits), newest.steps, now);
  return (
    <>
      <section class="card axis" aria-labelledby="axis-title">
        <h2 id="axis-title" class="sr">
          {run.axis}
        </h2>
        <div class="axis-seen" ref={box}>
          <Sheet
            {...{ events, scale, zoom, seq, last, at, move, step }}
            inWords={`${offset}: ${event}`}
            onPointed={setPointed}
          >
            <AxisBars bars={bars} scale={scale} width={width} />
            <AxisMarks events={events} scale={scale} />
            <AxisTicks scale={scale} width={width} />
            <AxisFolds scale={scale} width={width} steps={newest.steps} />
            {!isLive && <span class="axis-ahead" style={{ left: `${at * 100}%` }} />}
            <span class="axis-cursor" style={{ transform: `translateX(${at * width}px)` }} />
          </Sheet>
        </div>
        {pointed !== undefined && (
          <AxisTipPart
            newest={newest}
            startedAt={startedAt}
            time={scale.timeAt(pointed)}
            left={BESIDE + pointed * width - (box.current?.scrollLeft ?? 0)}
            width={seen}
          />
        )}
      </section>
      <MomentLine
        {...{ seq, last, offset, event, isLive, zoom, link, onMove }}
        hasEnded={newest.outcome !== undefined}
        mostZoom={MOST_ZOOM}
        onStep={step}
        onZoom={setZoom}
      />
    </>
  );
}

/** The time scale from the acceptance of the run to its end, or to now. */
function useScale(
  events: readonly PastEvent[],
  startedAt: number,
  { at, outcome }: Moment,
): { scale: TimeScale; now: number } {
  const hasEnded = outcome !== undefined;
  const clock = useNow(TICK_MS, !hasEnded);
  const now = hasEnded ? at : Math.max(clock, at);
  const scale = useMemo(
    () => timeScale([startedAt, ...events.map(({ time }) => Math.max(startedAt, time)), now]),
    [startedAt, events, now],
  );
  return { scale, now };
}

interface SheetProps {
  events: readonly PastEvent[];
  scale: TimeScale;
  zoom: number;
  seq: number;
  last: number;
  /** Where the moment is, from 0 to 1. */
  at: number;
  /** The moment in words. */
  inWords: string;
  move(seq: number): void;
  step(by: number): void;
  onPointed(x: number | undefined): void;
  children: ComponentChildren;
}

/** A slider: a pointer goes to the moment of its place, keys from event to event. */
function Sheet(props: SheetProps) {
  const { zoom, seq, last, inWords, move, step, children } = props;
  const { run } = text.value;
  const byKey: Record<string, () => void> = {
    ArrowLeft: () => step(-1),
    ArrowDown: () => step(-1),
    PageDown: () => step(-PAGE),
    ArrowRight: () => step(1),
    ArrowUp: () => step(1),
    PageUp: () => step(PAGE),
    Home: () => move(0),
    End: () => move(last),
  };
  const onKey = (event: KeyboardEvent) => {
    const go = event.ctrlKey || event.altKey || event.metaKey ? undefined : byKey[event.key];
    if (!go) return;
    event.preventDefault();
    go();
  };
  const pointing = usePointing(props);
  return (
    <div
      class="axis-sheet"
      style={{ width: `calc(${zoom} * (100% - ${2 * BESIDE}px))` }}
      role="slider"
      tabIndex={0}
      aria-label={run.slider}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={seq}
      aria-valuetext={`${run.moment(seq, last)}, ${inWords}`}
      onKeyDown={onKey}
      {...pointing}
    >
      {children}
    </div>
  );
}

/** What the pointer and the focus do: a press moves the moment, and the place of either is pointed at. */
function usePointing({ events, scale, at, move, onPointed }: SheetProps) {
  const [hasFocus, setFocus] = useState(false);
  useEffect(() => {
    if (hasFocus) onPointed(at);
  }, [hasFocus, at]);
  const onPoint = (event: TargetedPointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - left) / width;
    onPointed(Math.max(0, Math.min(1, x)));
    if (event.buttons === 1) move(seqAt(events, scale, x, SNAP_PX / width));
  };
  return {
    onPointerDown: onPoint,
    onPointerMove: onPoint,
    onPointerLeave: () => onPointed(hasFocus ? at : undefined),
    onFocus: (event: TargetedFocusEvent<HTMLElement>) =>
      setFocus(event.currentTarget.matches(':focus-visible')),
    onBlur: () => {
      setFocus(false);
      onPointed(undefined);
    },
  };
}

/** Keeps the moment that is looked at among what is seen of a sheet that is wider. */
function useFollowed(box: { current: HTMLDivElement | null }, at: number, width: number): void {
  useEffect(() => {
    const seen = box.current;
    if (!seen) return;
    const x = at * width;
    if (x - AROUND < seen.scrollLeft || x + AROUND > seen.scrollLeft + seen.clientWidth)
      seen.scrollLeft = x - seen.clientWidth / 2;
  }, [at, width]);
}

/** Arrow keys go from event to event, wherever nothing else takes them. */
function useArrowKeys(step: (by: number) => void): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTaken(event.target))
        return;
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      step(by);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

/** Whether arrow keys mean something else there. */
function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, dialog form, [role=tablist], .menu-panel') !== null
  );
}
