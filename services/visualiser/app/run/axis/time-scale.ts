/*
 * Times on an axis whose length is 1: to scale, but for pauses. Only what would leave too little of the axis to all the
 * rest is folded: drawn as long as keeps the rest readable. Pure; times are epoch ms.
 */

interface Span {
  from: number;
  to: number;
}

export interface TimeScale extends Span {
  /** Pauses that are drawn shorter than they were, in order. */
  folds: readonly Span[];
  /** How long the axis is, as time that is drawn to scale, ms. */
  drawnMs: number;
  /** Where a time is. */
  at(time: number): number;
  /** What time is there. */
  timeAt(x: number): number;
}

/** A pause is never drawn shorter than this, ms; */
const SHORTEST_MS = 3_000;
/** and it is folded only if it would take nearly half of the axis from all that is not: as a part of that. */
const LARGEST_PART = 0.9;

/** `times` are in order, from the beginning of the axis to its end. */
export function timeScale(times: readonly number[]): TimeScale {
  const points = times.filter((time, n) => n === 0 || time > times[n - 1]!);
  const gaps = points.slice(1).map((time, n) => time - points[n]!);
  const longest = longestDrawn(gaps);
  const starts = [0];
  for (const gap of gaps) starts.push(starts.at(-1)! + Math.min(gap, longest));
  const [from, to, drawnMs] = [points[0] ?? 0, points.at(-1) ?? 0, starts.at(-1)!];
  return {
    from,
    to,
    drawnMs,
    folds: gaps.flatMap((gap, n) => (gap > longest ? [{ from: points[n]!, to: points[n + 1]! }] : [])),
    at: (time) => (drawnMs === 0 ? 0 : moved(time, points, starts) / drawnMs),
    timeAt: (x) => moved(x * drawnMs, starts, points),
  };
}

/** How long a time between two events is drawn at most. */
function longestDrawn(gaps: readonly number[]): number {
  if (gaps.length < 2) return Number.POSITIVE_INFINITY; // it is all there is
  let rest = gaps.reduce((sum, gap) => sum + gap, 0);
  for (const gap of gaps.toSorted((a, b) => b - a)) {
    const others = rest - gap;
    if (gap <= Math.max(SHORTEST_MS, LARGEST_PART * others)) break;
    rest = others;
  }
  return Math.max(SHORTEST_MS, LARGEST_PART * rest);
}

/** A place among ascending points, moved to as many other points. */
function moved(place: number, points: readonly number[], others: readonly number[]): number {
  const next = indexAfter(points, place);
  if (next === 0) return others[0] ?? 0;
  if (next === points.length) return others.at(-1)!;
  const [before, after] = [points[next - 1]!, points[next]!];
  const part = (place - before) / (after - before);
  return others[next - 1]! + part * (others[next]! - others[next - 1]!);
}

/** The index of the first of ascending values that is greater. */
export function indexAfter(values: readonly number[], value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
