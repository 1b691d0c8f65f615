import dagre from '@dagrejs/dagre';
import type { ChartPoint } from '../app/run/chart/chart.ts';

/** What is laid out beside each other: the states of one box, from left to right. */
export interface LevelItem {
  id: string;
  width: number;
  height: number;
}

/** An arrow between two items, or from one to the right border: `to` is then the name of a port there. */
export interface LevelLink {
  id: string;
  from: string;
  to: string;
  /** The width of the label that the arrow makes room for. */
  labelWidth: number;
}

export interface LevelLayout {
  width: number;
  height: number;
  /** Upper left corners. */
  places: Map<string, ChartPoint>;
  /** Where ports are: on the right border. */
  ports: Map<string, number>;
  links: Map<string, { points: ChartPoint[]; label: ChartPoint }>;
}

const LABEL_HEIGHT = 16;

const SPACING = { rankdir: 'LR', nodesep: 20, edgesep: 14, ranksep: 8, ranker: 'network-simplex' } as const;

/** Letters are not turned with the rest. */
const labelSize = (width: number, isTurned: boolean) =>
  isTurned
    ? { width: width === 0 ? 0 : LABEL_HEIGHT, height: Math.max(width, LABEL_HEIGHT) }
    : { width, height: LABEL_HEIGHT };

/** Geometry by dagre. Items of the same rank stay in the order they are given in, where nothing else decides. */
export function layoutLevel(
  items: LevelItem[],
  links: LevelLink[],
  { isTurned, ...spacing }: { isTurned: boolean; nodesep?: number; ranksep?: number },
): LevelLayout {
  const graph = new dagre.graphlib.Graph({ multigraph: true, directed: true });
  graph.setGraph({
    ...SPACING,
    ...(isTurned && { ranksep: 13, nodesep: 5, edgesep: 3 }),
    ...spacing,
    marginx: 0,
    marginy: 0,
  });
  for (const { id, width, height } of items) graph.setNode(id, { width, height });
  const known = new Set(items.map(({ id }) => id));
  const ports = new Set(links.map(({ to }) => to).filter((to) => !known.has(to)));
  for (const port of ports) graph.setNode(port, { width: 1, height: 1 });
  for (const { id, from, to, labelWidth } of links)
    graph.setEdge({ v: from, w: to, name: id }, { ...labelSize(labelWidth, isTurned), labelpos: 'c' });
  dagre.layout(graph);

  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const placeOf = (id: string) => graph.node(id) as LevelItem & ChartPoint;
  const laid = {
    width,
    height,
    places: new Map(
      items.map(({ id, width: w, height: h }) => [
        id,
        { x: placeOf(id).x - w / 2, y: placeOf(id).y - h / 2, height: h },
      ]),
    ),
    ports: new Map([...ports].map((port) => [port, placeOf(port).y])),
    links: new Map(
      links.map(({ id, from, to }) => {
        const { points, x, y } = graph.edge({ v: from, w: to, name: id }) as {
          points: ChartPoint[];
        } & ChartPoint;
        return [id, { points, label: { x, y } }];
      }),
    ),
  };
  return isUpsideDown(items, laid.places) ? flip(laid) : laid;
}

type Laid = LevelLayout & { places: Map<string, ChartPoint & { height: number }> };

/** Whether the first item is not the uppermost of its rank. */
function isUpsideDown(items: LevelItem[], places: Map<string, ChartPoint>): boolean {
  const [first, ...others] = items.map(({ id }) => places.get(id)!);
  return others.some(({ x, y }) => first !== undefined && Math.abs(x - first.x) < 1 && y < first.y);
}

function flip({ width, height, places, ports, links }: Laid): LevelLayout {
  const over = ({ x, y }: ChartPoint): ChartPoint => ({ x, y: height - y });
  return {
    width,
    height,
    places: new Map([...places].map(([id, { x, y, height: own }]) => [id, { x, y: height - y - own }])),
    ports: new Map([...ports].map(([id, y]) => [id, height - y])),
    links: new Map(
      [...links].map(([id, { points, label }]) => [id, { points: points.map(over), label: over(label) }]),
    ),
  };
}
