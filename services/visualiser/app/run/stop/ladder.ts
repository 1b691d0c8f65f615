import { meaningOf } from '#shared/domain/run/states.ts';
import { type Moment, tookUntil } from '#shared/domain/story/moment.ts';
import type { Chart } from '../chart/chart.ts';

/** A rung of the ladder that a cancel climbs. */
interface Rung {
  state: string;
  name: string;
  standing: 'passed' | 'current' | 'ahead' | 'skipped';
  /** How long it took, ms; of the current one, since when. */
  ms?: number;
  since?: number;
}

/** The rungs from left to right, as the chart has them, and how far a run has come. */
export function ladderOf({ nodes }: Pick<Chart, 'nodes'>, { state, at, visits, outcome }: Moment): Rung[] {
  const states = nodes.filter(({ id }) => meaningOf(id).rung).toSorted((a, b) => a.x - b.x || a.y - b.y);
  const stays = (id: string) => visits.filter((visit) => visit.state === id);
  const reached = states.findLastIndex(({ id }) => stays(id).length > 0);
  return states.map(({ id, name }, n): Rung => {
    const own = stays(id);
    if (id === state) return { state: id, name, standing: 'current', since: visits.at(-1)!.entered.at };
    const ms = own.reduce((sum, { entered, left }) => sum + tookUntil(entered, left, at), 0);
    if (own.length > 0) return { state: id, name, standing: 'passed', ms };
    return { state: id, name, standing: outcome || n < reached ? 'skipped' : 'ahead' };
  });
}
