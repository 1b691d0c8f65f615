/*
 * Places a machine's states and arrows. Boxes are laid out from the inside out, each from left to right; those of one level
 * stack, with arrows across the gaps. Other arrows leave at the right border. A tall chart is turned at the end.
 */
import type { Chart } from '../app/run/chart/chart.ts';
import type { WidthOf } from './links.ts';
import type { MachineGraph } from './machine-graph.ts';
import { CHART_MARGIN, type ChartShape, placeStates } from './placing.ts';
import { routeOf } from './routes.ts';
import { treeOf } from './tree.ts';

export function layoutChart(graph: MachineGraph, widthOf: WidthOf, shape: ChartShape): Chart {
  const tree = treeOf(graph.states);
  const places = placeStates(graph, tree, widthOf, shape);
  const nodes = graph.states.map(({ id, name, kind }) => {
    const { x, y, width, height } = places.rects.get(id)!;
    const place = shape.isTurned ? { x: y, y: x, width: height, height: width } : { x, y, width, height };
    return { id, name, kind, ...place };
  });
  return {
    width: Math.ceil(Math.max(...nodes.map(({ x, width }) => x + width)) + CHART_MARGIN),
    height: Math.ceil(Math.max(...nodes.map(({ y, height }) => y + height)) + CHART_MARGIN),
    nodes,
    edges: graph.moves.map((move) => ({
      id: `${move.from}>${move.to}`,
      ...move,
      ...routeOf(move, tree, places, widthOf),
    })),
  };
}
