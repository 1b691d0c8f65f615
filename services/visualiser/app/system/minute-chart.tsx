import type { ComponentChildren } from 'preact';
import {
  areaPath,
  type Band,
  highest,
  linePath,
  MINUTES,
  pointsPath,
  stackedBars,
  type Value,
} from './last-hour.ts';

/** How a series looks: its colour is that of what it counts. */
type Tone = 'waiting' | 'running' | 'cancelling' | 'pass' | 'fail' | 'cancelled' | 'lost' | 'limit';

export interface Series {
  name: string;
  tone: Tone;
  values: readonly Value[];
}

export interface MinuteChartProps {
  title: string;
  series: readonly Series[];
  /** Parts of the hour that are marked. */
  bands: readonly Band[];
  /** Bars that stand on each other; else an area and lines above it. */
  stacked?: boolean;
  /** What it shows, in words: the drawing itself is for the eye only. */
  children: ComponentChildren;
}

const HEIGHT = 32;

/** The last hour of one figure, minute by minute. */
export function MinuteChart({ title, series, bands, stacked = false, children }: MinuteChartProps) {
  const sums = Array.from({ length: MINUTES }, (_, n) =>
    series.reduce((sum, { values }) => sum + (values[n] ?? 0), 0),
  );
  const values = stacked ? sums : series.flatMap((one) => one.values);
  const most = Math.max(highest(values)?.value ?? 0, stacked ? 1 : 0);
  return (
    <figure class="card minute-chart">
      <figcaption>
        <span class="minute-title">{title}</span>
        <span class="soft">{children}</span>
      </figcaption>
      <svg viewBox={`0 -1 ${MINUTES} ${HEIGHT + 2}`} preserveAspectRatio="none" aria-hidden="true">
        {bands.map(({ from, to }) => (
          <rect key={from} class="minute-band" x={from} y={-1} width={to - from} height={HEIGHT + 2} />
        ))}
        {stacked ? <Bars series={series} most={most} /> : <Lines series={series} most={most} />}
        <path class="minute-ground" d={`M0 ${HEIGHT}H${MINUTES}`} />
      </svg>
    </figure>
  );
}

interface Drawn {
  series: readonly Series[];
  most: number;
}

function Lines({ series, most }: Drawn) {
  return (
    <>
      {series.map(({ name, tone, values }, n) => (
        <g key={name} class={`series series-${tone}`}>
          {n === 0 && <path class="minute-area" d={areaPath(values, most, HEIGHT)} />}
          <path class="minute-line" d={linePath(values, most, HEIGHT)} />
          <path class="minute-line minute-points" d={pointsPath(values, most, HEIGHT)} />
        </g>
      ))}
    </>
  );
}

function Bars({ series, most }: Drawn) {
  const bars = stackedBars(
    series.map(({ values }) => values),
    most,
    HEIGHT,
  );
  return (
    <>
      {series.map(({ name, tone }, n) => (
        <g key={name} class={`series series-${tone}`}>
          {bars[n]!.map(({ x, y, height }) => (
            <rect key={x} class="minute-bar" x={x + 0.1} y={y} width={0.8} height={height} />
          ))}
        </g>
      ))}
    </>
  );
}
