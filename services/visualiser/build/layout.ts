/*
 * Places the states of a machine and the arrows between them. Boxes are laid out from the inside out, each from left to
 * right; boxes of one level stand below each other, and what leads from one to another runs across the gap. What leaves
 * a box otherwise goes to its right border first, where all that goes to the same state joins.
 */
import type { Chart } from '../app/model/chart.ts';
import type { WidthOf } from './links.ts';
import type { MachineGraph } from './machine-graph.ts';
import { MARGIN, placeStates } from './placing.ts';
import { routeOf } from './routes.ts';
import { treeOf } from './tree.ts';

export function layoutChart(graph: MachineGraph, widthOf: WidthOf): Chart {
  const tree = treeOf(graph.states);
  const places = placeStates(graph, tree, widthOf);
  const all = [...places.rects.values()];
  return {
    width: Math.ceil(Math.max(...all.map(({ x, width }) => x + width)) + MARGIN),
    height: Math.ceil(Math.max(...all.map(({ y, height }) => y + height)) + MARGIN),
    nodes: graph.states.map(({ id, name, kind }) => ({ id, name, kind, ...places.rects.get(id)! })),
    edges: graph.moves.map((move) => ({
      id: `${move.from}>${move.to}`,
      ...move,
      ...routeOf(move, tree, places, widthOf),
    })),
  };
}
