import type { Visit, VisitCause } from '#shared/domain/story/history.ts';
import { type Moment, tookUntil } from '#shared/domain/story/moment.ts';
import { type Chart, type ChartEdge, edgesBetween, litWordOf } from './chart.ts';

export interface NodeMark {
  /** The run is in it, or in a state of it. */
  isCurrent: boolean;
  /** How often it was entered; of a box, how often its states were. */
  count: number;
  ms: number;
}

export interface EdgeMark {
  /** How often it was taken. */
  count: number;
  /** The words of its label that have caused it. */
  lit: ReadonlySet<string>;
}

export interface Marks {
  nodes: ReadonlyMap<string, NodeMark>;
  /** The marks of the arrows that were taken, by their ids. */
  edges: ReadonlyMap<string, EdgeMark>;
}

/** What the chart shows of a moment, at a time. */
export function marksOf(chart: Chart, moment: Moment, now: number): Marks {
  const nodes = new Map<string, NodeMark>();
  const isWithin = (state: string, id: string) => state === id || state.startsWith(`${id}.`);
  for (const { id } of chart.nodes) {
    const own = moment.visits.filter(({ state }) => isWithin(state, id));
    if (own.length === 0) continue;
    const ms = own.reduce((sum, { entered, left }) => sum + tookUntil(entered, left, now), 0);
    nodes.set(id, { isCurrent: isWithin(moment.state, id), count: own.length, ms });
  }
  const edges = new Map<string, EdgeMark>();
  for (const { from, to, cause, count } of takenIn(moment.visits))
    for (const [n, edge] of edgesBetween(chart, from, to, cause).entries()) {
      const before = edges.get(edge.id);
      const lit = new Set(before?.lit);
      const word = litWordOf(edge, cause, n > 0);
      if (word !== undefined) lit.add(word);
      edges.set(edge.id, { count: (before?.count ?? 0) + count, lit });
    }
  return { nodes, edges };
}

/** The arrows of the moment's last transition. */
export function latestEdges(chart: Chart, { visits }: Moment): ChartEdge[] {
  const { from, state, cause } = visits.at(-1)!;
  return from === undefined ? [] : edgesBetween(chart, from, state, cause);
}

interface Taken {
  from: string;
  to: string;
  cause: VisitCause | undefined;
  count: number;
}

/** The moves by states and cause, in the order in which they were first taken. */
function takenIn(visits: readonly Visit[]): Iterable<Taken> {
  const taken = new Map<string, Taken>();
  for (const { from, state: to, cause } of visits) {
    if (from === undefined) continue;
    const key = [from, to, cause?.kind, cause?.name, cause?.failed].join(' ');
    taken.set(key, { from, to, cause, count: (taken.get(key)?.count ?? 0) + 1 });
  }
  return taken.values();
}
