import { occurrencePlace } from '#shared/adapters/database/schedules/occurrences.ts';
import type { Origin } from '../runs/store-flow.ts';

/** Runs of a schedule are on a runner one at a time, unless it allows others beside. */
export function startedBySchedule(
  occurrence: Parameters<typeof occurrencePlace>[0],
): NonNullable<Origin['startedBy']> {
  const { schedule, overlap } = occurrence;
  return {
    place: occurrencePlace(occurrence),
    concurrencyKey: overlap === 'allow' ? undefined : `schedule:${schedule}`,
    cancelsEarlier: overlap === 'cancel_previous',
  };
}
