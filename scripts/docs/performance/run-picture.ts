/* Where the milliseconds of a run go: a flame of its hops, each by whose it is, above raw Playwright on the same scale. */
import type { Hops } from '../../../bench/hops.ts';
import { line, picture, rect, text, ticksTo, WIDTH, widthOf } from './svg.ts';
import type { Owner, Theme } from './theme.ts';

export interface RunTimes {
  /** `commit`, cores and the like. */
  measured: string;
  hops: Hops;
  /** The same flow in raw Playwright, ms. */
  raw: number;
}

type Parts = Partial<Record<Owner, number>>;
interface Segment {
  name: string;
  ms: number;
  parts: Parts;
}

const OWNERS: Record<Owner, string> = {
  chromium: 'Chromium',
  ours: 'Ghostly, waiting for a core included',
  postgres: 'PostgreSQL',
  nats: 'NATS',
};
const LEFT = 24;
const RIGHT = 24;
const HEIGHT = 372;
const BAR = 24;
const PLOT = WIDTH - LEFT - RIGHT;
/** What a narrow segment keeps of its neighbour. */
const GAP = 1;

export function runPicture(times: RunTimes, theme: Theme): string {
  const segments = segmentsOf(times.hops);
  const total = sum(segments.map(({ ms }) => ms));
  const most = Math.max(total, times.raw) * 1.02;
  const scale = (ms: number) => (ms / most) * PLOT;
  const draw = { theme, scale };
  const byOwner = totalsOf(segments);
  const shows = `A run takes ${ms(total)}, of which ${said(byOwner)}; the same flow in raw Playwright ${ms(times.raw)}`;
  return picture(
    {
      title: 'Where the milliseconds of a run go',
      subtitle: `From POST to run_end at a watcher, goto + fill + click, medians · ${times.measured}`,
      shows,
      height: HEIGHT,
    },
    theme,
    [
      ...axis(most, draw),
      ...heading('Ghostly', total, 88, theme),
      ...flame(segments, total, draw),
      ...labels(segments, 182, draw),
      ...heading('Raw Playwright', times.raw, 252, theme),
      ...rawBar(times, draw),
      ...legend(byOwner, theme),
    ],
  );
}

interface Draw {
  theme: Theme;
  /** Pixels of so many ms. */
  scale(ms: number): number;
}

/** What of a hop is whose: a floor is its owner's, and what is left is ours. */
function segmentsOf({ run, floors }: Hops): Segment[] {
  const [, request = 0, commit = 0, , , close = 0, goto = 0, fill = 0, click = 0] = floors.map(
    ({ median }) => median,
  );
  const parts: [name: string, floors: Parts][] = [
    ['accept', { postgres: commit }],
    ['claim', { nats: request }],
    ['open', { postgres: commit }],
    ['goto', { chromium: goto, postgres: commit }],
    ['fill', { chromium: fill, postgres: commit }],
    ['click', { chromium: click, postgres: commit }],
    ['close', { chromium: close, postgres: commit }],
    ['tell', { nats: request }],
  ];
  return run.map(({ median }, index) => {
    const [name, known] = parts[index]!;
    const floor = sum(Object.values(known));
    // What was measured apart may have taken longer than here, where it is only a part.
    const share = floor > median ? median / floor : 1;
    const scaled = Object.fromEntries(Object.entries(known).map(([owner, ms]) => [owner, ms * share]));
    return { name, ms: median, parts: { ...scaled, ours: Math.max(0, median - floor) } };
  });
}

const heading = (name: string, took: number, y: number, theme: Theme): string[] => [
  text(name, LEFT, y, theme.ink, { weight: 600 }),
  text(ms(took), LEFT + widthOf(name) + 14, y, theme.muted),
];

function flame(segments: Segment[], total: number, { theme, scale }: Draw): string[] {
  const [all, phase] = theme.level;
  const level = (from: number, ms: number, y: number, fill: string, words: string) => {
    const box = { x: LEFT + scale(from), y, width: scale(ms) - GAP, height: BAR };
    const isRoom = widthOf(words) < box.width - 12;
    return [rect(box, fill), isRoom ? text(words, box.x + 8, y + 16, theme.ink) : ''];
  };
  const lengths = [segments.slice(0, 3), segments.slice(3, 6), segments.slice(6)].map((part) =>
    sum(part.map(({ ms }) => ms)),
  );
  const phases = ['start', 'steps', 'end'].flatMap((name, index) =>
    level(sum(lengths.slice(0, index)), lengths[index]!, 122, phase, `${name} ${ms(lengths[index]!)}`),
  );
  return [
    ...level(0, total, 96, all, 'a run'),
    ...phases,
    ...segments.flatMap((segment, index) =>
      byOwner(segment, startOf(segments, index), 148, { theme, scale }),
    ),
  ];
}

function byOwner({ ms: whole, parts }: Segment, from: number, y: number, { theme, scale }: Draw): string[] {
  const owners = (['ours', 'chromium', 'postgres', 'nats'] as const).filter((owner) => parts[owner]);
  const known = sum(owners.map((owner) => parts[owner]!));
  let at = from;
  return owners.map((owner, index) => {
    const part = (parts[owner]! / known) * whole;
    const gap = index === owners.length - 1 ? GAP : 0;
    const box = { x: LEFT + scale(at), y, width: Math.max(0.6, scale(part) - gap), height: BAR };
    at += part;
    return rect(box, theme[owner], 0);
  });
}

/** Below the flame, moved apart where segments are narrow. */
function labels(segments: Segment[], y: number, { theme, scale }: Draw): string[] {
  const centres = segments.map((segment, index) => LEFT + scale(startOf(segments, index) + segment.ms / 2));
  const halves = segments.map(({ name, ms: took }) => Math.max(widthOf(name), widthOf(ms(took))) / 2 + 6);
  const places: number[] = [];
  for (const [index, centre] of centres.entries()) {
    const least =
      index === 0 ? LEFT + halves[0]! - 6 : places[index - 1]! + halves[index - 1]! + halves[index]!;
    places.push(Math.max(centre, least));
  }
  // Right to left, so the last one stays in the picture.
  for (let index = places.length - 1; index >= 0; index -= 1) {
    const next = places[index + 1];
    const end = next === undefined ? WIDTH - RIGHT + 6 : next - halves[index + 1]!;
    places[index] = Math.min(places[index]!, end - halves[index]!);
  }
  return segments.flatMap(({ name, ms: took }, index) => {
    const [x, centre] = [places[index]!, centres[index]!];
    return [
      line(
        [
          [centre, y - 8],
          [centre, y - 3],
          [x, y + 8],
          [x, y + 12],
        ],
        theme.muted,
      ),
      text(name, x, y + 26, theme.ink, { anchor: 'middle' }),
      text(ms(took), x, y + 41, theme.muted, { anchor: 'middle' }),
    ];
  });
}

function rawBar({ hops, raw }: RunTimes, draw: Draw): string[] {
  const [, , , open = 0, , close = 0] = hops.floors.map(({ median }) => median);
  const parts = [
    ['context and page', open],
    ['goto, fill, click', raw - open - close],
    ['close', close],
  ] as const;
  const [y, height] = [260, BAR];
  return parts.flatMap(([name, took], index) => {
    const x = LEFT + draw.scale(sum(parts.slice(0, index).map(([, each]) => each)));
    const width = draw.scale(took) - GAP;
    const words = `${name} ${ms(took)}`;
    const isRoom = widthOf(words) < width - 12;
    return [
      rect({ x, y, width, height }, draw.theme.chromium, 0),
      isRoom ? text(words, x + 8, y + 16, '#1f2328') : '',
    ];
  });
}

function axis(most: number, { theme, scale }: Draw): string[] {
  return ticksTo(most, 6).flatMap((tick) => {
    const x = LEFT + scale(tick);
    return [
      line(
        [
          [x, 94],
          [x, 290],
        ],
        theme.grid,
      ),
      text(tick === 0 ? '0' : `${tick} ms`, x, 306, theme.muted, {
        size: 11,
        anchor: tick === 0 ? 'start' : 'middle',
      }),
    ];
  });
}

function legend(totals: Record<Owner, number>, theme: Theme): string[] {
  let x = LEFT;
  return (Object.keys(OWNERS) as Owner[]).flatMap((owner) => {
    const words = `${OWNERS[owner]} ${ms(totals[owner])}`;
    const drawn = [
      rect({ x, y: 331, width: 12, height: 12 }, theme[owner]),
      text(words, x + 18, 341, theme.ink),
    ];
    x += 18 + widthOf(words) + 22;
    return drawn;
  });
}

const totalsOf = (segments: Segment[]): Record<Owner, number> => {
  const of = (owner: Owner) => sum(segments.map(({ parts }) => parts[owner] ?? 0));
  return { chromium: of('chromium'), ours: of('ours'), postgres: of('postgres'), nats: of('nats') };
};
const said = (totals: Record<Owner, number>) =>
  (Object.keys(OWNERS) as Owner[]).map((owner) => `${OWNERS[owner]} ${ms(totals[owner])}`).join('; ');
const startOf = (segments: Segment[], index: number) => sum(segments.slice(0, index).map(({ ms }) => ms));
const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
