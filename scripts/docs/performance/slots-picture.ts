/* What more slots on one runner bring, and what they cost: two curves over the same slots. */
import { dot, line, picture, rect, text, ticksTo, WIDTH } from './svg.ts';
import type { Theme } from './theme.ts';

export interface SlotsCurve {
  /** `commit`, cores and the like. */
  measured: string;
  /** What `RUNNER_SLOTS=auto` chose there. */
  auto: number;
  curve: { slots: number; rate: number; rates: number[]; p95: number; p95s: number[] }[];
}

interface Panel {
  title: string;
  left: number;
  colour: string;
  points: { slots: number; value: number; all: number[] }[];
  show(value: number): string;
}

const HEIGHT = 352;
const PANEL = 372;
const [TOP, BOTTOM] = [112, 288];
/** Width of a panel's scale, at its left. */
const SCALE = 38;

export function slotsPicture({ measured, auto, curve }: SlotsCurve, theme: Theme): string {
  const rate: Panel = {
    title: 'Flows a second, full queue',
    left: 24,
    colour: theme.ours,
    points: curve.map(({ slots, rate: value, rates: all }) => ({ slots, value, all })),
    show: (value) => value.toFixed(1),
  };
  const p95: Panel = {
    title: '95 % of the steps within, ms',
    left: WIDTH - 24 - PANEL,
    colour: theme.bad,
    points: curve.map(({ slots, p95: value, p95s: all }) => ({ slots, value, all })),
    show: (value) => Math.round(value).toLocaleString('en'),
  };
  const said = curve.map(
    ({ slots, rate: flows, p95: step }) => `${slots}: ${flows.toFixed(1)} a second, ${step.toFixed(0)} ms`,
  );
  const shows = `Flows a second and the 95th percentile of a step by slots: ${said.join('; ')}`;
  const subtitle = `Medians, with the lowest and the highest of all rounds · ${measured}`;
  return picture(
    { title: 'What more slots bring, and what they cost', subtitle, shows, height: HEIGHT },
    theme,
    [rate, p95].flatMap((panel) => draw(panel, auto, theme)),
  );
}

function draw(panel: Panel, auto: number, theme: Theme): string[] {
  const { title, left, colour, points } = panel;
  const [from, to] = [left + SCALE + 14, left + PANEL - 14];
  const logs = points.map(({ slots }) => Math.log2(slots));
  const [first, last] = [Math.min(...logs), Math.max(...logs)];
  const x = (slots: number) => from + ((Math.log2(slots) - first) / Math.max(1, last - first)) * (to - from);
  const most = Math.max(...points.flatMap(({ value, all }) => [value, ...all])) * 1.12;
  const y = (value: number) => BOTTOM - (value / most) * (BOTTOM - TOP);
  const grid = ticksTo(most, 5).flatMap((tick) => [
    line(
      [
        [left + SCALE, y(tick)],
        [left + PANEL, y(tick)],
      ],
      theme.grid,
    ),
    text(tick.toLocaleString('en'), left + SCALE - 8, y(tick) + 4, theme.muted, { size: 11, anchor: 'end' }),
  ]);
  return [
    rect({ x: x(auto) - 15, y: TOP - 6, width: 30, height: BOTTOM - TOP + 6 }, theme.auto),
    text('auto', x(auto), TOP - 11, theme.muted, { size: 11, anchor: 'middle' }),
    ...grid,
    text(title, left, 84, theme.ink, { weight: 600 }),
    line(
      points.map(({ slots, value }) => [x(slots), y(value)] as const),
      colour,
      2.5,
    ),
    ...marks(panel, auto, { x, y }, theme),
    text('slots of the runner', (from + to) / 2, BOTTOM + 40, theme.muted, { size: 11, anchor: 'middle' }),
  ];
}

interface Place {
  x(slots: number): number;
  y(value: number): number;
}

/** Each value with its name, its rounds, and its number of slots below. */
function marks({ colour, points, show }: Panel, auto: number, { x, y }: Place, theme: Theme): string[] {
  return points.flatMap(({ slots, value, all }) => {
    const [at, low, high] = [x(slots), Math.min(...all), Math.max(...all)];
    const isChosen = slots === auto;
    const halo = isChosen ? theme.auto : theme.page;
    return [
      line(
        [
          [at, y(low)],
          [at, y(high)],
        ],
        colour,
      ),
      dot(at, y(value), colour, theme.page),
      text(show(value), at, y(high) - 9, theme.ink, { size: 11, anchor: 'middle', halo }),
      text(String(slots), at, BOTTOM + 18, isChosen ? theme.ink : theme.muted, {
        size: 11,
        anchor: 'middle',
        weight: isChosen ? 600 : 400,
      }),
    ];
  });
}
