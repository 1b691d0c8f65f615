/*
 * Places the states of a machine and the arrows between them. Boxes are laid out from the inside out, each from left to
 * right; boxes of one level stand below each other, and what leads from one to another runs across the gap. What leaves
 * a box otherwise goes to its right border first, where all that goes to the same state joins.
 */
import { type Chart, type ChartEdge, type ChartNode, type Point, wordsOf } from '../app/model/chart.ts';
import { type LevelLayout, type LevelLink, layoutLevel } from './layout-level.ts';
import type { MachineGraph, MachineState, Move } from './machine-graph.ts';
import { droppingPath, roundedPath } from './path.ts';

const STATE = { width: 112, height: 48 };
const PADDING = { x: 16, top: 40, bottom: 16 };
/** A loop hangs below its state. */
const LOOP = { width: 34, height: 20 };
/** Where an arrow from above meets a state, from its left border: beside the name of the box around it. */
const LANDING = STATE.width * 0.84;
const GAP_OF_BOXES = 56;
const MARGIN = 8;

interface Rect extends Point {
  width: number;
  height: number;
}
/** A box whose inside is placed; its own place is relative to the box around it. */
interface Level {
  box: MachineState | undefined;
  layout: LevelLayout;
  width: number;
  height: number;
}

/** `widthOf` a label's text, in units of the drawing. */
export function layoutChart(graph: MachineGraph, widthOf: (words: string[]) => number): Chart {
  const { states, moves } = graph;
  const byId = new Map(states.map((state) => [state.id, state]));
  const childrenOf = (id: string | undefined) => states.filter(({ parent }) => parent === id);
  const levels = new Map<string | undefined, Level>();
  const rects = new Map<string, Rect>();

  /** From the outermost box to the state itself. */
  const lineage = (id: string): string[] => {
    const parent = byId.get(id)?.parent;
    return parent === undefined ? [id] : [...lineage(parent), id];
  };
  const isWithin = (id: string, outer: string) => lineage(id).includes(outer);
  /** Where the ways of a move part: the level, and the items of it that it leads from and to. */
  const fork = ({ from, to }: Move) => {
    const [a, b] = [lineage(from), lineage(to)];
    const depth = a.findIndex((id, n) => id !== b[n]);
    const n = depth < 0 ? a.length - 1 : depth;
    return { level: byId.get(a[n]!)?.parent, from: a[n]!, to: b[n]! };
  };
  const isBox = (id: string) => byId.get(id)?.kind === 'box';
  const isInward = ({ from, to }: Move) => from !== to && isWithin(to, from);
  const isDropping = (move: Move) => {
    const { from, to } = fork(move);
    return !isInward(move) && from !== to && isBox(from) && isBox(to);
  };
  const idOf = ({ from, to }: Move) => `${from}>${to}`;
  const portOf = (box: string, to: string) => `${box}:${to}`;

  /** The arrows that dagre routes at one level. Several that join have one name. */
  function linksAt(level: string | undefined): LevelLink[] {
    const links = new Map<string, LevelLink>();
    for (const move of moves.filter((one) => !isInward(one) && !isDropping(one) && one.from !== one.to)) {
      const { level: meets, from, to } = fork(move);
      const labelWidth = widthOf(wordsOf(move)) + 8;
      if (meets === level) {
        const id = `${from}>${to}`;
        const isLabelled = from === move.from;
        const before = links.get(id)?.labelWidth ?? 0;
        links.set(id, { id, from, to, labelWidth: Math.max(before, isLabelled ? labelWidth : 0) });
      } else if (level !== undefined && isWithin(move.from, level) && move.from !== level) {
        if (isWithin(to, level) || isWithin(move.to, level)) continue;
        const source = lineage(move.from)[lineage(level).length]!;
        const id = `${source}>${portOf(level, move.to)}`;
        const width = source === move.from ? labelWidth : 0;
        links.set(id, { id, from: source, to: portOf(level, move.to), labelWidth: width });
      }
    }
    return [...links.values()];
  }

  function layInside(level: string | undefined): Level {
    const items = childrenOf(level).map(({ id, kind }) => {
      const size = kind === 'box' ? layInside(id) : STATE;
      return { id, width: size.width, height: size.height };
    });
    if (level === undefined) widenBoxes(items);
    const spacing = level === undefined ? { nodesep: GAP_OF_BOXES, ranksep: 34 } : {};
    const layout = layoutLevel(items, linksAt(level), spacing);
    const size = {
      width: layout.width + 2 * PADDING.x,
      height: layout.height + PADDING.top + PADDING.bottom + (hasLoop(level) ? LOOP.height : 0),
    };
    const laid = { box: level === undefined ? undefined : byId.get(level), layout, ...size };
    levels.set(level, laid);
    return laid;
  }

  const hasLoop = (level: string | undefined) =>
    moves.some(({ from, to }) => from === to && byId.get(from)?.parent === level);

  /** Boxes below each other are as wide as the widest. */
  function widenBoxes(items: { id: string; width: number }[]): void {
    const boxes = items.filter(({ id }) => isBox(id));
    const width = Math.max(...boxes.map((box) => box.width));
    for (const box of boxes) box.width = width;
    for (const { id } of boxes) levels.get(id)!.width = width;
  }

  function place(level: string | undefined, origin: Point): void {
    const { layout } = levels.get(level)!;
    for (const { id, kind } of childrenOf(level)) {
      const { x, y } = layout.places.get(id)!;
      const { width, height } = kind === 'box' ? levels.get(id)! : STATE;
      rects.set(id, { x: origin.x + x, y: origin.y + y, width, height });
      if (kind === 'box') place(id, insideOf(id));
    }
  }
  const insideOf = (box: string | undefined): Point => {
    const rect = box === undefined ? undefined : rects.get(box);
    return rect ? { x: rect.x + PADDING.x, y: rect.y + PADDING.top } : { x: MARGIN, y: MARGIN };
  };
  const shifted = ({ x, y }: Point, by: Point): Point => ({ x: x + by.x, y: y + by.y });

  layInside(undefined);
  place(undefined, { x: MARGIN, y: MARGIN });

  function draw(move: Move): ChartEdge {
    return { id: idOf(move), ...move, ...routeOf(move) };
  }

  function routeOf(move: Move): Pick<ChartEdge, 'path' | 'label'> {
    if (move.from === move.to) return drawLoop(move);
    if (isInward(move)) return drawInward(move);
    return isDropping(move) ? drawDropping(move) : drawAlong(move);
  }

  function drawLoop({ from }: Move) {
    const state = rects.get(from)!;
    const [x, y] = [state.x + state.width / 2, state.y + state.height];
    const path = `M${x + LOOP.width / 2} ${y}c6 ${LOOP.height} ${-LOOP.width - 6} ${LOOP.height} ${-LOOP.width} 0`;
    return { path, label: { x, y: y + LOOP.height + 3 } };
  }

  /** From a box's upper border down to one of its states. */
  function drawInward({ from, to, causes }: Move) {
    const [box, state] = [rects.get(from)!, rects.get(to)!];
    const x = state.x + LANDING;
    const label = { x: x + widthOf(wordsOf({ causes })) / 2 + 8, y: box.y + 16 };
    return {
      path: roundedPath([
        { x, y: box.y },
        { x, y: state.y },
      ]),
      label,
    };
  }

  function drawDropping(move: Move) {
    const parts = fork(move);
    const [above, below] = [rects.get(parts.from)!, rects.get(parts.to)!];
    const [source, target] = [rects.get(move.from)!, rects.get(move.to)!];
    const end = { x: target.x + (source === above ? STATE.width / 4 : LANDING), y: target.y };
    const start = {
      x: source === above ? end.x : source.x + source.width / 2,
      y: source.y + source.height,
    };
    const [bendsFrom, bendsTo] = [above.y + above.height, below.y];
    const label = { x: (start.x + end.x) / 2, y: (bendsFrom + bendsTo) / 2 };
    return { path: droppingPath(start, end, bendsFrom, bendsTo), label };
  }

  function drawAlong(move: Move) {
    const parts = fork(move);
    const points: Point[] = [];
    let label: Point | undefined;
    // From the inside out: to the right border of each box that the move leaves.
    for (const box of lineage(move.from)
      .slice(lineage(parts.from).length - 1, -1)
      .reverse()) {
      const { layout } = levels.get(box)!;
      const source = lineage(move.from)[lineage(box).length]!;
      const link = layout.links.get(`${source}>${portOf(box, move.to)}`)!;
      const inside = insideOf(box);
      if (source === move.from) {
        points.push(...link.points.slice(0, -1).map((point) => shifted(point, inside)));
        label = shifted(link.label, inside);
      }
      points.push(portAt(box, move.to));
    }
    const trunk = levels.get(parts.level)!.layout.links.get(`${parts.from}>${parts.to}`)!;
    const inside = insideOf(parts.level);
    const along = trunk.points.map((point) => shifted(point, inside));
    if (points.length === 0 && isBox(move.from)) points.push(portOrBorder(move, along[0]!));
    points.push(...(points.length === 0 ? along : along.slice(1)));
    label ??= shifted(trunk.label, inside);
    if (parts.to !== move.to) {
      const state = rects.get(move.to)!;
      points.push({ x: state.x, y: state.y + state.height / 2 });
    }
    return { path: roundedPath(points), label };
  }

  function portAt(box: string, to: string): Point {
    const rect = rects.get(box)!;
    return {
      x: rect.x + rect.width,
      y: insideOf(box).y + levels.get(box)!.layout.ports.get(portOf(box, to))!,
    };
  }
  /** A box's own arrow leaves it where those from inside do. */
  function portOrBorder({ from, to }: Move, border: Point): Point {
    return levels.get(from)?.layout.ports.has(portOf(from, to)) ? portAt(from, to) : border;
  }

  const edges = moves.map(draw);
  const nodes: ChartNode[] = states.map(({ id, name, kind }) => ({ id, name, kind, ...rects.get(id)! }));
  const all = [...rects.values()];
  return {
    width: Math.ceil(Math.max(...all.map(({ x, width }) => x + width)) + MARGIN),
    height: Math.ceil(Math.max(...all.map(({ y, height }) => y + height)) + MARGIN),
    nodes,
    edges,
  };
}
