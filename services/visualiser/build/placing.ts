import type { ChartPoint } from '../app/run/chart/chart.ts';
import { type LevelLayout, layoutLevel } from './layout-level.ts';
import { linksAt, type WidthOf } from './links.ts';
import type { MachineGraph } from './machine-graph.ts';
import type { Tree } from './tree.ts';

/** A loop hangs below its state. */
export const LOOP = { width: 34, height: 20 };
export const CHART_MARGIN = 8;
const GAP_OF_BOXES = 56;

/** How a chart is laid out: everything from left to right, and where that is turned, from above to below. */
export interface ChartShape {
  isTurned: boolean;
  /** The size of a state, before it is turned. */
  state: { width: number; height: number };
  /** The room within a box; its name stands at its top, when it is turned. */
  padding: { left: number; right: number; top: number; bottom: number };
}

export const WIDE: ChartShape = {
  isTurned: false,
  state: { width: 96, height: 48 },
  padding: { left: 12, right: 12, top: 36, bottom: 12 },
};
export const TALL: ChartShape = {
  isTurned: true,
  state: { width: 48, height: 88 },
  padding: { left: 36, right: 12, top: 8, bottom: 8 },
};

interface Rect extends ChartPoint {
  width: number;
  height: number;
}
/** A box whose inside is placed; its own place is relative to the box around it. */
interface Level {
  layout: LevelLayout;
  width: number;
  height: number;
}

export interface Places {
  shape: ChartShape;
  levels: Map<string | undefined, Level>;
  rects: Map<string, Rect>;
  /** Where the inside of a box begins; of the whole, without one. */
  insideOf(box: string | undefined): ChartPoint;
}

/** Where every state is: boxes from the inside out, then their places from the outside in. */
export function placeStates(
  { moves }: MachineGraph,
  tree: Tree,
  widthOf: WidthOf,
  shape: ChartShape,
): Places {
  const { padding, state, isTurned } = shape;
  const levels = new Map<string | undefined, Level>();
  const rects = new Map<string, Rect>();
  const insideOf = (box: string | undefined): ChartPoint => {
    const rect = box === undefined ? undefined : rects.get(box);
    return rect
      ? { x: rect.x + padding.left, y: rect.y + padding.top }
      : { x: CHART_MARGIN, y: CHART_MARGIN };
  };
  const hasLoop = (level: string | undefined) =>
    moves.some(({ from, to }) => from === to && tree.parentOf(from) === level);

  const layInside = (level: string | undefined): Level => {
    const items = tree.childrenOf(level).map(({ id, kind }) => {
      const { width, height } = kind === 'box' ? layInside(id) : state;
      return { id, width, height };
    });
    if (level === undefined) widenBoxes(items, tree, levels);
    const spacing = level === undefined ? { nodesep: isTurned ? 16 : GAP_OF_BOXES, ranksep: 34 } : {};
    const layout = layoutLevel(items, linksAt(level, moves, tree, widthOf), { ...spacing, isTurned });
    const loop = hasLoop(level) ? LOOP.height : 0;
    const width = layout.width + padding.left + padding.right;
    const laid = { layout, width, height: layout.height + padding.top + padding.bottom + loop };
    levels.set(level, laid);
    return laid;
  };
  layInside(undefined);
  const places = { shape, levels, rects, insideOf };
  place(undefined, tree, places);
  return places;
}

/** Boxes below each other are as wide as the widest. */
function widenBoxes(items: { id: string; width: number }[], { isBox }: Tree, levels: Places['levels']): void {
  const boxes = items.filter(({ id }) => isBox(id));
  const width = Math.max(...boxes.map((box) => box.width));
  for (const box of boxes) box.width = width;
  for (const { id } of boxes) levels.get(id)!.width = width;
}

function place(level: string | undefined, tree: Tree, places: Places): void {
  const { shape, levels, rects, insideOf } = places;
  const origin = insideOf(level);
  for (const { id, kind } of tree.childrenOf(level)) {
    const { x, y } = levels.get(level)!.layout.places.get(id)!;
    const { width, height } = kind === 'box' ? levels.get(id)! : shape.state;
    rects.set(id, { x: origin.x + x, y: origin.y + y, width, height });
    if (kind === 'box') place(id, tree, places);
  }
}
