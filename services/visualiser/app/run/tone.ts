import type { Moment } from '#shared/domain/story/moment.ts';

/** The colour of the state that a run is in; of the last one, how the run ended, once that is known. */
export function toneOf({ state, outcome, cancel }: Moment): string {
  if (outcome) return outcome;
  if (state === 'fail') return cancel ? 'cancelled' : 'running';
  return state.startsWith('cancelling') ? 'cancelling' : 'running';
}

/** Its end was asked for, or a supervisor ended it: the chart tells how. */
export const isStopped = ({ cancel, outcome }: Moment): boolean =>
  cancel !== undefined || outcome === 'cancelled' || outcome === 'lost';
