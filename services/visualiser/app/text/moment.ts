import { locale } from '../session/preferences.ts';

/** A moment (ISO 8601) as the user's language writes it, in the browser's time zone. */
export const momentText = (at: string): string => new Date(at).toLocaleString(locale.value);

/** The same to the minute; of this day the time alone, of another the day, too. */
export function shortMoment(at: string): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(locale.value, { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === new Date().toDateString()) return time;
  return `${date.toLocaleDateString(locale.value, { day: 'numeric', month: 'short' })} ${time}`;
}

const DAY_MS = 24 * 3_600_000;

/** The same of this day as the time alone, to the second. */
export const clockText = (at: string): string =>
  Date.now() - Date.parse(at) < DAY_MS / 2
    ? new Date(at).toLocaleTimeString(locale.value, { timeStyle: 'medium' })
    : momentText(at);
