import type { ComponentChildren, TargetedPointerEvent } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Moment } from '#shared/domain/story/moment.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { useNow } from '../../kit/clock.ts';
import { formatOffset } from '../../text/duration.ts';
import { text } from '../../text/text.ts';
import { wayOf } from '../chart/way.ts';
import { eventDetail, eventName } from '../event-text.ts';
import { Picture } from '../pictures/picture.tsx';
import { useWidth } from '../width.ts';
import { barsOf, picturesOn, seqAt } from './axis.ts';
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

/** The run along its time: what it did, its pictures, and the moment that is looked at, which can be moved. */
export function TimeAxis(props: TimeAxisProps) {
  const { events, startedAt, newest, seq, seqNow, isLive, link, onMove } = props;
  const { run } = text.value;
  const [zoom, setZoom] = useState(1);
  const box = useRef<HTMLDivElement>(null);
  const width = zoom * Math.max(0, useWidth(box) - 2 * BESIDE);
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
      <section class="card axis" aria-label={run.axis}>
        <div class="axis-seen" ref={box}>
          <Sheet {...{ events, scale, zoom, seq, last, move, step }} inWords={`${offset}: ${event}`}>
            <Pictures newest={newest} scale={scale} width={width} />
            <AxisBars bars={bars} scale={scale} width={width} />
            <AxisMarks events={events} scale={scale} />
            <AxisTicks scale={scale} width={width} />
            <AxisFolds scale={scale} width={width} />
            {!isLive && <span class="axis-ahead" style={{ left: `${at * 100}%` }} />}
            <span class="axis-cursor" style={{ transform: `translateX(${at * width}px)` }} />
          </Sheet>
        </div>
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
  /** The moment in words. */
  inWords: string;
  move(seq: number): void;
  step(by: number): void;
  children: ComponentChildren;
}

/** A slider: a pointer goes to the moment of its place, keys from event to event. */
function Sheet({ events, scale, zoom, seq, last, inWords, move, step, children }: SheetProps) {
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
  const onPoint = (event: TargetedPointerEvent<HTMLElement>) => {
    if (event.buttons !== 1) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    move(seqAt(events, scale, (event.clientX - left) / width, SNAP_PX / width));
  };
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
      onPointerDown={onPoint}
      onPointerMove={onPoint}
    >
      {children}
    </div>
  );
}

interface PicturesProps {
  newest: Moment;
  scale: TimeScale;
  /** The width of the sheet, px. */
  width: number;
}

const NARROW = 480;

function Pictures({ newest, scale, width }: PicturesProps) {
  const { run } = text.value;
  const picture = width < NARROW ? 72 : 96;
  const shown = width === 0 ? [] : picturesOn(scale, newest.steps, { width, picture });
  return (
    <div class="axis-pictures">
      {shown.map(({ path, seq, step, left }) => (
        <span
          key={seq}
          class="axis-picture"
          style={{ transform: `translateX(${left}px)`, width: `${picture}px` }}
          title={nameOf(step)}
        >
          <Picture path={path} alt={run.pictureOf(nameOf(step))} />
        </span>
      ))}
      {shown.length === 0 && <span class="axis-none">{run.noPicture}</span>}
    </div>
  );
}

const nameOf = ({ index, step }: Moment['steps'][number]): string => `${index + 1}. ${describeStep(step)}`;

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
  useEffect(() => {
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
