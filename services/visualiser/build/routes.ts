import { type ChartEdge, type ChartPoint, labelWords } from '../app/run/chart/chart.ts';
import { portOf, type WidthOf } from './links.ts';
import type { Move } from './machine-graph.ts';
import { curvedPath, roundedPath } from './path.ts';
import { LOOP, type Places } from './placing.ts';
import type { Tree } from './tree.ts';

/** Where an arrow from above meets a state, of its width from its left border: beside the name of the box around it. */
const LANDING = 0.92;

type Route = Pick<ChartEdge, 'path' | 'label'>;

/** The arrow of a move between states that are placed. */
export function routeOf(move: Move, tree: Tree, places: Places, widthOf: WidthOf): Route {
  if (move.from === move.to) return loop(move, places);
  if (tree.isInward(move)) return inward(move, places, widthOf);
  return tree.isDropping(move) ? dropping(move, tree, places) : along(move, tree, places);
}

/** The point where it is drawn, from the one where it was laid out. */
const turned = ({ x, y }: ChartPoint, { shape }: Places): ChartPoint =>
  shape.isTurned ? { x: y, y: x } : { x, y };

const curve = (
  from: ChartPoint,
  [start, a, b, end]: [ChartPoint, ChartPoint, ChartPoint, ChartPoint],
  to: ChartPoint,
  places: Places,
) => {
  const at = (point: ChartPoint) => turned(point, places);
  return curvedPath(at(from), [at(start), at(a), at(b), at(end)], at(to));
};

function loop({ from }: Move, places: Places): Route {
  const state = places.rects.get(from)!;
  const [x, y] = [state.x + state.width / 2, state.y + state.height];
  const [right, left] = [x + LOOP.width / 2, x - LOOP.width / 2];
  const [start, end] = [
    { x: right, y },
    { x: left, y },
  ];
  const low = y + LOOP.height;
  const bends = [
    { x: right + 6, y: low },
    { x: left - 6, y: low },
  ] as const;
  return {
    path: curve(start, [start, ...bends, end], end, places),
    label: turned({ x, y: low + 3 }, places),
  };
}

/** A route from a box's upper border down to one of its states. */
function inward({ from, to, causes }: Move, places: Places, widthOf: WidthOf): Route {
  const { rects, shape } = places;
  const [box, state] = [rects.get(from)!, rects.get(to)!];
  const x = state.x + state.width * LANDING;
  const points = [
    { x, y: box.y },
    { x, y: state.y },
  ];
  const half = widthOf(labelWords({ causes })) / 2;
  const label = shape.isTurned ? { x: x + 12, y: box.y + half + 6 } : { x: x + half + 8, y: box.y + 16 };
  return {
    path: roundedPath(points.map((point) => turned(point, places))),
    label: turned(label, places),
  };
}

function dropping(move: Move, tree: Tree, places: Places): Route {
  const { rects } = places;
  const parts = tree.fork(move);
  const [above, below] = [rects.get(parts.from)!, rects.get(parts.to)!];
  const [source, target] = [rects.get(move.from)!, rects.get(move.to)!];
  const end = { x: target.x + target.width * (source === above ? 0.25 : LANDING), y: target.y };
  const start = { x: source === above ? end.x : source.x + source.width / 2, y: source.y + source.height };
  const [bendsFrom, bendsTo] = [above.y + above.height, below.y];
  const middle = (bendsFrom + bendsTo) / 2;
  const bends: [ChartPoint, ChartPoint, ChartPoint, ChartPoint] = [
    { x: start.x, y: bendsFrom },
    { x: start.x, y: middle },
    { x: end.x, y: middle },
    { x: end.x, y: bendsTo },
  ];
  return {
    path: curve(start, bends, end, places),
    label: turned({ x: (start.x + end.x) / 2, y: middle }, places),
  };
}

function along(move: Move, tree: Tree, places: Places): Route {
  const { levels, rects, insideOf } = places;
  const parts = tree.fork(move);
  const way = outward(move, tree, places);
  const trunk = levels.get(parts.level)!.layout.links.get(`${parts.from}>${parts.to}`)!;
  const inside = insideOf(parts.level);
  const across = trunk.points.map((point) => shifted(point, inside));
  const points = [...way.points];
  if (points.length === 0 && tree.isBox(move.from)) points.push(portOrBorder(move, across[0]!, places));
  points.push(...(points.length === 0 ? across : across.slice(1)));
  if (parts.to !== move.to) {
    const state = rects.get(move.to)!;
    points.push({ x: state.x, y: state.y + state.height / 2 });
  }
  return {
    path: roundedPath(points.map((point) => turned(point, places))),
    label: turned(way.label ?? shifted(trunk.label, inside), places),
  };
}

/** The way from the inside out: to the right border of each box that the move leaves. */
function outward(move: Move, tree: Tree, places: Places): { points: ChartPoint[]; label?: ChartPoint } {
  const points: ChartPoint[] = [];
  let label: ChartPoint | undefined;
  const boxes = tree.lineage(move.from).slice(tree.lineage(tree.fork(move).from).length - 1, -1);
  for (const box of boxes.reverse()) {
    const source = tree.lineage(move.from)[tree.lineage(box).length]!;
    const link = places.levels.get(box)!.layout.links.get(`${source}>${portOf(box, move.to)}`)!;
    const inside = places.insideOf(box);
    if (source === move.from) {
      points.push(...link.points.slice(0, -1).map((point) => shifted(point, inside)));
      label = shifted(link.label, inside);
    }
    points.push(portAt(box, move.to, places));
  }
  return { points, ...(label && { label }) };
}

function portAt(box: string, to: string, { rects, levels, insideOf }: Places): ChartPoint {
  const rect = rects.get(box)!;
  const y = insideOf(box).y + levels.get(box)!.layout.ports.get(portOf(box, to))!;
  return { x: rect.x + rect.width, y };
}

/** A box's own arrow leaves it where those from inside do. */
const portOrBorder = ({ from, to }: Move, border: ChartPoint, places: Places): ChartPoint =>
  places.levels.get(from)?.layout.ports.has(portOf(from, to)) ? portAt(from, to, places) : border;

const shifted = ({ x, y }: ChartPoint, by: ChartPoint): ChartPoint => ({ x: x + by.x, y: y + by.y });
