import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { StreamEntry } from '#shared/domain/events/stream.ts';

/** Texts of published entries: all watchers of a run in this process get the same object. */
const formatted = new WeakMap<StreamEntry, string>();

/** One message of an event stream: fields in the order event, data, id. Only assist events have an id, their seq. */
export function formatEntry(entry: StreamEntry): string {
  const text = formatted.get(entry) ?? format(entry);
  formatted.set(entry, text);
  return text;
}

function format(entry: StreamEntry): string {
  const id = entry.kind === 'assist' ? `id: ${entry.seq}\n` : '';
  return `event: ${entry.kind}\ndata: ${JSON.stringify(entry)}\n${id}\n`;
}

/** Has no id, and no place among the entries. */
export const formatHint = (waitingFor: WaitingFor): string =>
  `event: hint\ndata: ${JSON.stringify({ kind: 'hint', waitingFor })}\n\n`;

/** `now` in epoch ms. */
export const formatPing = (now: number): string => `event: ping\ndata: ${now}\n\n`;
