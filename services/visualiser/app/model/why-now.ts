import { RUNG_WAITS } from '#shared/run/meaning.ts';
import { meaningOf } from '#shared/run/states.ts';
import type { Moment } from '#shared/story/moment.ts';
import type { Facts } from './why.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** What a run waits for, as far as its events say: what is known in the moment after them, before it is asked. */
export function factsAt({ state, steps, visits }: Moment): Facts | undefined {
  const { waitsFor, rung, step: phase } = meaningOf(state);
  const entered = { since: iso(visits.at(-1)!.entered.at) };
  if (rung) return { code: RUNG_WAITS[rung], ...entered };
  if (waitsFor === 'browser' || waitsFor === 'commit' || waitsFor === 'outcome')
    return { code: waitsFor, ...entered };
  const step = steps.at(-1);
  if (waitsFor !== 'step' || step?.outcome !== 'running') return undefined;
  const { action, selector, url, timeoutMs } = step.step;
  return {
    ...{ code: 'step', step: step.index, phase, since: iso(step.began.at) },
    ...(action !== undefined && { action }),
    ...(selector !== undefined && { selector }),
    ...(url !== undefined && { url }),
    ...(timeoutMs !== undefined && { until: iso(step.began.at + timeoutMs), leadsTo: 'fail' as const }),
  };
}
