import type { Point } from '../app/model/chart.ts';
import { type LevelLayout, layoutLevel } from './layout-level.ts';
import { linksAt, type WidthOf } from './links.ts';
import type { MachineGraph } from './machine-graph.ts';
import type { Tree } from './tree.ts';

export const STATE = { width: 96, height: 48 };
/** A loop hangs below its state. */
export const LOOP = { width: 34, height: 20 };
export const MARGIN = 8;
const PADDING = { x: 12, top: 36, bottom: 12 };
const GAP_OF_BOXES = 56;

interface Rect extends Point {
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
  levels: Map<string | undefined, Level>;
  rects: Map<string, Rect>;
  /** Where the inside of a box begins; of the whole, without one. */
  insideOf(box: string | undefined): Point;
}

/** Where every state is: boxes from the inside out, then their places from the outside in. */
export function placeStates({ moves }: MachineGraph, tree: Tree, widthOf: WidthOf): Places {
  const levels = new Map<string | undefined, Level>();
  const rects = new Map<string, Rect>();
  const insideOf = (box: string | undefined): Point => {
    const rect = box === undefined ? undefined : rects.get(box);
    return rect ? { x: rect.x + PADDING.x, y: rect.y + PADDING.top } : { x: MARGIN, y: MARGIN };
  };
  const hasLoop = (level: string | undefined) =>
    moves.some(({ from, to }) => from === to && tree.parentOf(from) === level);

  const layInside = (level: string | undefined): Level => {
    const items = tree.childrenOf(level).map(({ id, kind }) => {
      const { width, height } = kind === 'box' ? layInside(id) : STATE;
      return { id, width, height };
    });
    if (level === undefined) widenBoxes(items, tree, levels);
    const spacing = level === undefined ? { nodesep: GAP_OF_BOXES, ranksep: 34 } : {};
    const layout = layoutLevel(items, linksAt(level, moves, tree, widthOf), spacing);
    const loop = hasLoop(level) ? LOOP.height : 0;
    const width = layout.width + 2 * PADDING.x;
    const laid = { layout, width, height: layout.height + PADDING.top + PADDING.bottom + loop };
    levels.set(level, laid);
    return laid;
  };
  layInside(undefined);
  place(undefined, tree, { levels, rects, insideOf });
  return { levels, rects, insideOf };
}

/** Boxes below each other are as wide as the widest. */
function widenBoxes(items: { id: string; width: number }[], { isBox }: Tree, levels: Places['levels']): void {
  const boxes = items.filter(({ id }) => isBox(id));
  const width = Math.max(...boxes.map((box) => box.width));
  for (const box of boxes) box.width = width;
  for (const { id } of boxes) levels.get(id)!.width = width;
}

function place(level: string | undefined, tree: Tree, places: Places): void {
  const { levels, rects, insideOf } = places;
  const origin = insideOf(level);
  for (const { id, kind } of tree.childrenOf(level)) {
    const { x, y } = levels.get(level)!.layout.places.get(id)!;
    const { width, height } = kind === 'box' ? levels.get(id)! : STATE;
    rects.set(id, { x: origin.x + x, y: origin.y + y, width, height });
    if (kind === 'box') place(id, tree, places);
  }
}
