import type { CallReply } from '#shared/api/client/index.ts';

export type Sample = CallReply<'lastHour'>['samples'][number];

const MINUTE_MS = 60_000;
export const MINUTES = 60;

export type PastOutage = CallReply<'lastHour'>['outages'][number];

/** A sample for each minute of the hour, the oldest first; undefined where there is none. `now`: epoch ms. */
export function byMinute(samples: readonly Sample[], now: number): (Sample | undefined)[] {
  const last = lastMinute(samples, now);
  const found = new Map(samples.map((sample) => [minuteOf(sample.at), sample]));
  return Array.from({ length: MINUTES }, (_, n) => found.get(last - MINUTES + 1 + n));
}

const minuteOf = (at: string) => Math.floor(Date.parse(at) / MINUTE_MS);

/** The sample of a minute comes a moment after it began. */
const lastMinute = (samples: readonly Sample[], now: number): number =>
  Math.max(Math.floor(now / MINUTE_MS) - 1, ...samples.map(({ at }) => minuteOf(at)));

/** A part of the hour, in minutes from its beginning. */
export interface Band {
  from: number;
  to: number;
}

/** Seen, however short it was. */
const LEAST_BAND = 0.5;

/** When something was out of reach. */
export function bandsOf(outages: readonly PastOutage[], samples: readonly Sample[], now: number): Band[] {
  const begin = lastMinute(samples, now) - MINUTES + 1;
  const minuteAt = (at: number) => Math.min(MINUTES, Math.max(0, at / MINUTE_MS - begin));
  return outages.map(({ since, until }) => {
    const from = Math.min(minuteAt(Date.parse(since)), MINUTES - LEAST_BAND);
    return { from, to: Math.max(from + LEAST_BAND, minuteAt(until === undefined ? now : Date.parse(until))) };
  });
}

export type Value = number | undefined;

/** The highest value, and where it was first; undefined of none. */
export function highest(values: readonly Value[]): { value: number; index: number } | undefined {
  const value = values.reduce<Value>(
    (most, one) => (one !== undefined && one > (most ?? -1) ? one : most),
    undefined,
  );
  return value === undefined ? undefined : { value, index: values.indexOf(value) };
}

export const sumOf = (values: readonly Value[]): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

/**
 * A line through the middle of each minute, which is 1 wide, broken where a value is missing. `most`: the value at the top;
 * 0 is at `height`.
 */
export function linePath(values: readonly Value[], most: number, height: number): string {
  return parts(values)
    .filter((part) => part.length > 1)
    .map((part) =>
      part
        .map(({ index, value }, n) => `${n === 0 ? 'M' : 'L'}${index + 0.5} ${top(value, most, height)}`)
        .join(''),
    )
    .join('');
}

/** The values that stand alone: lines without a length, which are drawn as points. */
export function pointsPath(values: readonly Value[], most: number, height: number): string {
  return parts(values)
    .filter((part) => part.length === 1)
    .map(([point]) => `M${point!.index + 0.5} ${top(point!.value, most, height)}h0`)
    .join('');
}

/** The same down to the bottom, to be filled. */
export function areaPath(values: readonly Value[], most: number, height: number): string {
  return parts(values)
    .map((part) => {
      const [first, last] = [part[0]!.index, part.at(-1)!.index];
      const points = part.map(({ index, value }) => `L${index + 0.5} ${top(value, most, height)}`);
      return `M${first + 0.5} ${height}${points.join('')}L${last + 0.5} ${height}Z`;
    })
    .join('');
}

export interface Bar {
  x: number;
  y: number;
  height: number;
}

/** Bars that stand on each other, a list for each series. */
export function stackedBars(series: readonly (readonly Value[])[], most: number, height: number): Bar[][] {
  const heights = Array<number>(MINUTES).fill(0);
  return series.map((values) =>
    values.flatMap((value, index) => {
      if (!value) return [];
      const tall = (value / most) * height;
      heights[index] = (heights[index] ?? 0) + tall;
      return [{ x: index, y: height - heights[index], height: tall }];
    }),
  );
}

const top = (value: number, most: number, height: number): number =>
  Number((height - (most === 0 ? 0 : value / most) * height).toFixed(2));

interface Point {
  index: number;
  value: number;
}

/** The parts of the values without a gap. */
function parts(values: readonly Value[]): Point[][] {
  const found: Point[][] = [];
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    if (values[index - 1] === undefined) found.push([]);
    found.at(-1)!.push({ index, value });
  }
  return found;
}
