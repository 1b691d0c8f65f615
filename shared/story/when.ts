/* When the events of a run happened. Pure; times are epoch ms. */
import type { RunEvent } from '#shared/events/events.ts';
import { type ReadEvent, readEvent } from '#shared/events/read-event.ts';

/** An event with the time at which it happened. */
export type PastEvent = ReadEvent & { time: number };

/**
 * By the machine's clock, where the event says when the machine made it; else no later than it was stored. What was stored
 * before the machine came to it, such as the start of a step, says only that.
 */
export const timed = <Event extends { at: string; payload: object }>(
  event: Event,
): Event & { time: number } => ({
  ...event,
  time: machineTimeOf(event) ?? Date.parse(event.at),
});

/** Epoch ms; undefined if the event does not say it. */
function machineTimeOf({ payload }: { payload: object }): number | undefined {
  const told = 'at' in payload && typeof payload.at === 'string' ? Date.parse(payload.at) : Number.NaN;
  return Number.isNaN(told) ? undefined : told;
}

/**
 * Adds what a stream brought: each event once, in order. Returns the same list if there is nothing new. What was stored late
 * was not later than what came after it, so the last known times may change.
 */
export function withEvents(known: readonly PastEvent[], more: readonly RunEvent[]): readonly PastEvent[] {
  const last = known.at(-1)?.seq ?? 0;
  const fresh = more.filter(({ seq }) => seq > last).map((event) => timed(readEvent(event)));
  if (fresh.length === 0) return known;
  const all = [...known, ...fresh];
  let latest = Number.POSITIVE_INFINITY;
  for (const [n, event] of [...all.entries()].reverse()) {
    if (event.time > latest) all[n] = { ...event, time: latest };
    else if (n < known.length)
      break; // those before it are in order already
    else latest = event.time;
  }
  return all;
}

/** The number of the event that is shown for a wanted one: the last at or before it; 0 before the first. */
export const nearestSeq = (events: readonly PastEvent[], wanted: number): number =>
  events.findLast(({ seq }) => seq <= wanted)?.seq ?? 0;
