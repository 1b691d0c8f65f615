/* What became of the runs of one bulk cancel. Pure. */
import type { CancelFound, RunDetail } from '#shared/api/client/index.ts';
import { type Outcome, outcomeOf } from '#shared/domain/run/outcome.ts';

export type Fate =
  /** Recorded, and the run has not ended yet; or ended by it. */
  | { fate: 'sent' | 'stopping' | 'cancelled' }
  /** It ended otherwise. */
  | { fate: 'ended'; outcome: Outcome }
  | { fate: 'refused'; error: string }
  /** The answer was lost: nothing is on record, or the run could not be read. */
  | { fate: 'unrecorded' | 'unknown' };

export type Fates = ReadonlyMap<string, Fate>;

/** The fate of a run with a cancel on record. */
export function fateOf(run: Pick<RunDetail, 'status' | 'cancel'>): Fate {
  const outcome = outcomeOf(run);
  if (outcome === undefined) return { fate: 'stopping' };
  return outcome === 'cancelled' ? { fate: 'cancelled' } : { fate: 'ended', outcome };
}

/** The fate of a run that was looked up because the answer was lost. */
export const foundFate = ({ found, run }: CancelFound): Fate =>
  found === 'nothing' ? { fate: 'unrecorded' } : fateOf(run);

const IN_DOUBT: ReadonlySet<Fate['fate']> = new Set(['unrecorded', 'unknown']);
const OPEN: ReadonlySet<Fate['fate']> = new Set(['sent', 'stopping']);

export const isOpen = ({ fate }: Fate): boolean => OPEN.has(fate);
/** It can safely be sent again. */
export const isInDoubt = ({ fate }: Fate): boolean => IN_DOUBT.has(fate);

export interface FateCounts {
  all: number;
  stopping: number;
  cancelled: number;
  ended: number;
  /** Refused, or not known to be recorded. */
  failed: number;
}

export function countFates(fates: Fates): FateCounts {
  const counts: FateCounts = { all: fates.size, stopping: 0, cancelled: 0, ended: 0, failed: 0 };
  for (const { fate } of fates.values()) {
    if (fate === 'cancelled' || fate === 'ended') counts[fate] += 1;
    else if (fate === 'stopping' || fate === 'sent') counts.stopping += 1;
    else counts.failed += 1;
  }
  return counts;
}
