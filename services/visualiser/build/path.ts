import type { ChartPoint } from '../app/run/chart/chart.ts';

const round = (value: number): number => Math.round(value * 10) / 10;
const at = ({ x, y }: ChartPoint): string => `${round(x)} ${round(y)}`;

/** A path along points, whose corners are rounded. */
export function roundedPath(points: readonly ChartPoint[], radius = 10): string {
  const line = points.filter((point, n) => n === 0 || distance(point, points[n - 1]!) > 0.5);
  const [first, ...rest] = line;
  if (!first) return '';
  const corners = rest.map((corner, n) => {
    const [before, after] = [line[n]!, rest[n + 1]];
    if (!after) return `L${at(corner)}`;
    const near = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    return `L${at(toward(corner, before, near))}Q${at(corner)} ${at(toward(corner, after, near))}`;
  });
  return [`M${at(first)}`, ...corners].join('');
}

/** A curve from one point to another, straight before and behind it. */
export const curvedPath = (
  from: ChartPoint,
  [start, a, b, end]: [ChartPoint, ChartPoint, ChartPoint, ChartPoint],
  to: ChartPoint,
): string => `M${at(from)}L${at(start)}C${at(a)} ${at(b)} ${at(end)}L${at(to)}`;

const distance = (a: ChartPoint, b: ChartPoint): number => Math.hypot(a.x - b.x, a.y - b.y);

function toward(from: ChartPoint, to: ChartPoint, by: number): ChartPoint {
  const all = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / all, y: from.y + ((to.y - from.y) * by) / all };
}
