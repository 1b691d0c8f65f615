import { labelWords } from '../app/run/chart/chart.ts';
import type { LevelLink } from './layout-level.ts';
import type { Move } from './machine-graph.ts';
import type { Tree } from './tree.ts';

/** `widthOf` a label's text, in units of the drawing. */
export type WidthOf = (words: string[]) => number;

/** Where what leaves a box to one state joins, on the box's right border. */
export const portOf = (box: string, to: string) => `${box}:${to}`;

/** The arrows that dagre routes at one level. Several that join have one name. */
export function linksAt(
  level: string | undefined,
  moves: readonly Move[],
  tree: Tree,
  widthOf: WidthOf,
): LevelLink[] {
  const links = new Map<string, LevelLink>();
  for (const move of moves) {
    const link = linkOf(move, level, tree, widthOf(labelWords(move)) + 8);
    if (!link) continue;
    const before = links.get(link.id)?.labelWidth ?? 0;
    const labelWidth = link.joins ? link.labelWidth : Math.max(before, link.labelWidth);
    const { id, from, to } = link;
    links.set(id, { id, from, to, labelWidth });
  }
  return [...links.values()];
}

/** A move's part at this level, if dagre routes one: across it, or to the port where it leaves the level's box. */
function linkOf(
  move: Move,
  level: string | undefined,
  { isInward, isDropping, isWithin, fork, lineage }: Tree,
  width: number,
): (LevelLink & { joins: boolean }) | undefined {
  if (isInward(move) || isDropping(move) || move.from === move.to) return undefined;
  const { level: meets, from, to } = fork(move);
  if (meets === level)
    return { id: `${from}>${to}`, from, to, labelWidth: from === move.from ? width : 0, joins: false };
  if (level === undefined || !isWithin(move.from, level) || move.from === level) return undefined;
  if (isWithin(to, level) || isWithin(move.to, level)) return undefined;
  const source = lineage(move.from)[lineage(level).length]!;
  const port = portOf(level, move.to);
  const labelWidth = source === move.from ? width : 0;
  return { id: `${source}>${port}`, from: source, to: port, labelWidth, joins: true };
}
