import type { StreamEntry } from '#shared/events/stream.ts';

/** One message of an event stream: fields in the order event, data, id. Only assist events have an id, their seq. */
export function formatEntry(entry: StreamEntry): string {
  const id = entry.kind === 'assist' ? `id: ${entry.seq}\n` : '';
  return `event: ${entry.kind}\ndata: ${JSON.stringify(entry)}\n${id}\n`;
}

/** `now` in epoch ms. */
export const formatPing = (now: number): string => `event: ping\ndata: ${now}\n\n`;

/** The largest seq that the database can hold. */
const LARGEST_SEQ = 2 ** 31 - 1;

/** The seq that a watcher had last: a whole number from 0; anything else counts as none. */
export function parseLastEventId(header: string | undefined): number {
  return header !== undefined && /^\d+$/.test(header) ? Math.min(Number(header), LARGEST_SEQ) : 0;
}
