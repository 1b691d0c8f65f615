/*
 * How long something may take: what is promised holds where nothing is broken, and takes longer where many want the same
 * core. So the time of the faults that hit it does not count, and what is granted beyond the promise grows with the load.
 */
import type { FaultEntry } from '../history.ts';
import type { Facts } from './facts.ts';

export type Disturbs = (fault: FaultEntry) => boolean;

/** How long after a fault what it had hit may still be coming back, ms. */
const RECOVERY_MS = 1_500;
/** What has to be done at a moment may wait for a core from a little before. */
const AROUND_MS = 1_000;

/** `ms` of a calm machine, as long as they were between two moments: with eight that want a core of two, four times. */
export function slack({ loads }: Pick<Facts, 'loads'>, ms: number, from: number, to = from): number {
  const then = loads.filter((load) => load.to > from - AROUND_MS && load.from < to + AROUND_MS);
  return ms * Math.max(1, ...then.map(({ perCore }) => perCore));
}

/** The time between two moments without that in which one of these faults was under way or just over, ms. */
export function undisturbed(
  { faults }: Pick<Facts, 'faults'>,
  from: number,
  to: number,
  disturbs: Disturbs,
): number {
  let free = Math.max(0, to - from);
  let counted = from;
  const times = faults
    .filter((fault) => fault.from < to && disturbs(fault))
    .map((fault) => ({ from: fault.from, to: fault.to + (stalls(fault) ? 0 : RECOVERY_MS) }))
    .toSorted((a, b) => a.from - b.from);
  for (const time of times) {
    const [start, end] = [Math.max(time.from, counted), Math.min(time.to, to)];
    if (end <= start) continue;
    free -= end - start;
    counted = end;
  }
  return free;
}

export const stalls: Disturbs = ({ what }) => what === 'stall';

const hitsDatabase: Disturbs = ({ service, server }) => service === undefined && server === 'postgres';

/** Faults that keep the supervisors from ending what is stale; of those of NATS none does. */
export const hitsSupervisors: Disturbs = (fault) =>
  stalls(fault) || hitsDatabase(fault) || (fault.service === 'supervisor' && fault.server !== 'nats');

/** Faults that keep an owner from hearing of a cancel by its heartbeat, and from storing what it does about it. */
export const hitsOwner =
  (pid: number | undefined): Disturbs =>
  (fault) =>
    stalls(fault) ||
    hitsDatabase(fault) ||
    (fault.service === 'runner' && (fault.server === 'postgres' || (pid !== undefined && fault.pid === pid)));
