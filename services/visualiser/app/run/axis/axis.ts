/*
 * What stands on a run's axis of time: what it did, its pictures, the times below, and which event a place is of. Pure;
 * places are from 0 to 1, widths px.
 */
import { meaningOf } from '#shared/domain/run/states.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';
import type { StepOutcome, StepSpan } from '#shared/domain/story/history.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';
import { formatTick } from '../../text/duration.ts';
import type { Stop } from '../way/way.ts';
import { indexAfter, type TimeScale } from './time-scale.ts';

export interface AxisBar {
  key: string;
  from: number;
  to: number;
  /** `rung`: it was being stopped. */
  tone: 'wait' | 'rung' | 'optional' | StepOutcome;
  label: string;
}

/** The stops of a run's way, and on them its steps; what has not ended goes on until `now`. */
export function barsOf(way: readonly Stop[], steps: readonly StepSpan[], now: number): AxisBar[] {
  const stops = way.filter(({ id }) => !isFinal(id as Status));
  const bars = stops.map(({ id, name, since, seq, ms }): AxisBar => {
    const to = ms === undefined ? now : since + ms;
    const isCovered = steps.some(({ began }) => began.at >= since && began.at < to);
    const tone = meaningOf(id).rung ? 'rung' : 'wait';
    return { key: `stop ${seq}`, from: since, to, tone, label: isCovered ? '' : name };
  });
  const begun = steps.filter(({ outcome }) => outcome !== 'unbegun');
  const done = begun.map(
    ({ index, step, began, ended, outcome, optional }): AxisBar => ({
      key: `step ${began.seq}`,
      from: began.at,
      to: ended?.at ?? now,
      tone: optional ? 'optional' : outcome,
      label: `${index + 1} ${step.action ?? ''}`.trim(),
    }),
  );
  return [...bars, ...done];
}

/** The steps that went on at some time between two, as a fold names them: the first, and the last if that is another. */
export function stepsBetween(steps: readonly StepSpan[], from: number, to: number): string {
  const within = steps.filter(
    ({ began, ended, outcome }) => outcome !== 'unbegun' && began.at < to && (ended?.at ?? to) > from,
  );
  const names = [within.at(0), within.length > 1 ? within.at(-1) : undefined]
    .filter((step) => step !== undefined)
    .map(({ index, step }) => `${index + 1} ${step.action ?? ''}`.trim());
  return names.join(' … ');
}

export interface Tick {
  at: number;
  label: string;
}

const ROUND_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400];
const ROUND_MS = [10, 20, 50, 100, 200, 500, ...ROUND_S.map((s) => s * 1_000)];

/** Round times of a run that was accepted at the axis' beginning, at least so many px apart, and none within a pause. */
export function ticksOf(scale: TimeScale, width: number, apart: number): Tick[] {
  const { from, to, folds, drawnMs, at } = scale;
  const wanted = (apart / Math.max(1, width)) * drawnMs;
  const step = ROUND_MS.find((ms) => ms >= wanted) ?? wanted;
  if (step <= 0) return [];
  const ticks: Tick[] = [];
  const starts = [from, ...folds.map((fold) => fold.to)];
  const ends = [...folds.map((fold) => fold.from), to];
  for (const [n, start] of starts.entries())
    for (let ms = Math.ceil((start - from) / step) * step; from + ms <= ends[n]!; ms += step) {
      const x = at(from + ms);
      // Beside a pause there may be less room, and before one or the end none.
      const next = n < folds.length ? at(ends[n]!) : 1;
      const isFree = (x - (ticks.at(-1)?.at ?? -1)) * width >= apart && (next - x) * width >= apart / 3;
      if (isFree) ticks.push({ at: x, label: formatTick(ms) });
    }
  return ticks;
}

/** The event at `x`, or within `snap` before one; the last of several at one time, 0 before the first. */
export function seqAt(events: readonly PastEvent[], scale: TimeScale, x: number, snap: number): number {
  const times = events.map(({ time }) => time);
  const next = indexAfter(times, scale.timeAt(x));
  const ahead = times[next];
  if (ahead !== undefined && scale.at(ahead) - x <= snap) return events[indexAfter(times, ahead) - 1]!.seq;
  return events[next - 1]?.seq ?? 0;
}
