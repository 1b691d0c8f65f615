/* The day of a run, UTC, which its id tells: ids that the gateway makes begin with a time of it (UUIDv7). */

/** A date such as `2026-11-26`. */
export type Day = string;

export const DAY_MS = 86_400_000;
/** How long the time is at the beginning of an id, without its hyphen. */
const HEX_DIGITS = 12;

/** Undefined: its id does not tell. */
export function dayOf(runId: string): Day | undefined {
  if (runId.length !== 36 || runId[14] !== '7') return undefined;
  const ms = timeOf(runId);
  return Number.isNaN(ms) ? undefined : dayAt(ms);
}

/** The time with which the id begins, epoch ms; NaN if it is none. */
export const timeOf = (id: string): number =>
  Number.parseInt(id.slice(0, HEX_DIGITS + 1).replace('-', ''), 16);

/** An id that begins with this time, and ends like the other one. */
export function idAt(ms: number, id: string): string {
  const time = ms.toString(16).padStart(HEX_DIGITS, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${id.slice(HEX_DIGITS + 1)}`;
}

/** The lowest id of the day. All ids of the day are below the first one of the next day. */
export const firstIdOf = (day: Day): string => idAt(Date.parse(day), LOWEST_ID);
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

export const addDays = (day: Day, count: number): Day => dayAt(Date.parse(day) + count * DAY_MS);

const dayAt = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);
