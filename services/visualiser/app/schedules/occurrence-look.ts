/* How an occurrence of a schedule is pictured: what became of it, in one of few looks. Pure. */
import type { Occurrence } from '#shared/api/contract/schedules/schedules.ts';

/** `going`: its run goes on. `due`: it is not started yet. `left_out`: there was to be no run. `not_started`: there could be none. */
export type OccurrenceLook =
  | NonNullable<Occurrence['outcome']>
  | 'going'
  | 'due'
  | 'left_out'
  | 'not_started';

/** `isHollow`: there is no run, only an outline. No two have the same icon and ground: colour is never the only sign. */
export const OCCURRENCE_SIGNS = {
  pass: { icon: 'check', tone: 'pass', isHollow: false },
  fail: { icon: 'cross', tone: 'fail', isHollow: false },
  cancelled: { icon: 'slash', tone: 'cancelled', isHollow: false },
  lost: { icon: 'warning', tone: 'lost', isHollow: false },
  going: { icon: 'play', tone: 'running', isHollow: false },
  due: { icon: 'clock', tone: 'queued', isHollow: true },
  left_out: { icon: 'minus', tone: 'queued', isHollow: true },
  not_started: { icon: 'cross', tone: 'fail', isHollow: true },
} as const satisfies Record<OccurrenceLook, object>;

export function lookOf({ status, outcome }: Pick<Occurrence, 'status' | 'outcome'>): OccurrenceLook {
  if (status === 'started') return outcome ?? 'going';
  if (status === 'due') return 'due';
  return status === 'failed_to_start' ? 'not_started' : 'left_out';
}
