import type { Rung } from '#shared/domain/run/meaning.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import { tookUntil } from '#shared/domain/story/moment.ts';
import { type CancelHop, METRICS } from '#shared/platform/metrics/instruments.ts';
import type { News } from './news.ts';

/** Measures the steps of a run and the hops of its cancel, once its owner has stored them. */
export function meterNews({ steps, stays }: News): void {
  for (const { step, outcome, began, ended } of steps)
    METRICS.steps.record(tookUntil(began, ended, ended.at), {
      'ghostly.step.action': step.action ?? 'unknown',
      'ghostly.step.result': outcome,
    });
  for (const { state, entered, left, to } of stays) {
    const { rung } = meaningOf(state);
    const hop = rung && HOPS[rung];
    if (hop && meaningOf(to).rung !== 'kill')
      METRICS.cancelHops.record(tookUntil(entered, left, left.at), { 'ghostly.cancel.hop': hop });
  }
}

/** The hop of each rung, when it ends. */
const HOPS: Partial<Record<Rung, CancelHop>> = { abort: 'interruption', close: 'context_close' };
