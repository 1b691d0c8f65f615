import { meaningOf } from '#shared/run/states.ts';
import type { Chart } from './chart.ts';
import type { Moment } from './history.ts';

/** A rung of the ladder that a cancel climbs. */
export interface Rung {
  state: string;
  name: string;
  standing: 'passed' | 'current' | 'ahead' | 'skipped';
  /** How long it took, ms; of the current one, since when. */
  ms?: number;
  since?: number;
}

/** The rungs from left to right, as the chart has them, and how far a run has come. */
export function ladderOf({ nodes }: Pick<Chart, 'nodes'>, { state, visits, outcome }: Moment): Rung[] {
  const states = nodes.filter(({ id }) => meaningOf(id).rung).toSorted((a, b) => a.x - b.x || a.y - b.y);
  const reached = states.findLastIndex(({ id }) => visits.has(id));
  return states.map(({ id, name }, n): Rung => {
    const visit = visits.get(id);
    if (id === state)
      return {
        state: id,
        name,
        standing: 'current',
        ...(visit?.since !== undefined && { since: visit.since }),
      };
    if (visit) return { state: id, name, standing: 'passed', ms: visit.ms };
    return { state: id, name, standing: outcome || n < reached ? 'skipped' : 'ahead' };
  });
}
