/* When the events of a run happened. Pure; times are epoch ms. */
import type { RunEvent } from '#shared/domain/events/events.ts';
import { type ReadEvent, readEvent } from '#shared/domain/events/read-event.ts';

/** An event with the time at which it happened; `isBound`: no later than that, since only its commit is known. */
export type PastEvent = ReadEvent & When;

interface When {
  time: number;
  isBound?: true;
}

/**
 * The event with its time: by the machine's clock if the event has that, else when it was stored, as a latest time. An
 * event that takes effect when it is stored, such as the start of a step, has only the latter.
 */
export function timed<Event extends { at: string; payload: object }>(event: Event): Event & When {
  const time = machineTimeOf(event);
  return time === undefined ? { ...event, time: Date.parse(event.at), isBound: true } : { ...event, time };
}

/** Epoch ms; undefined if the event does not say it. */
function machineTimeOf({ payload }: { payload: object }): number | undefined {
  const ms = 'at' in payload && typeof payload.at === 'string' ? Date.parse(payload.at) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Adds what a stream brought: each event once, in order. Returns the same list if there is nothing new. The times are as
 * `settled` below has them, so the last known ones may change.
 */
export function withEvents(known: readonly PastEvent[], more: readonly RunEvent[]): readonly PastEvent[] {
  const last = known.at(-1)?.seq ?? 0;
  const fresh = more.filter(({ seq }) => seq > last).map(readEvent);
  return fresh.length === 0 ? known : settled([...known, ...fresh].map(timed));
}

/** A time of the machine counts; what is only bounded was no later than the next such time, and nothing before what came before it. */
function settled<Item extends When>(all: readonly Item[]): Item[] {
  let next = Number.POSITIVE_INFINITY;
  const bounded = all
    .toReversed()
    .map((item) => {
      if (!item.isBound) next = item.time;
      return item.isBound && item.time > next ? { ...item, time: next } : item;
    })
    .reverse();
  let latest = Number.NEGATIVE_INFINITY;
  return bounded.map((item) => {
    latest = Math.max(latest, item.time);
    return item.time === latest ? item : { ...item, time: latest };
  });
}

/** The number of the event that is shown for a wanted one: the last at or before it; 0 before the first. */
export const nearestSeq = (events: readonly PastEvent[], wanted: number): number =>
  events.findLast(({ seq }) => seq <= wanted)?.seq ?? 0;
