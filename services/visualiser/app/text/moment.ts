import { locale } from '../session/preferences.ts';

/** A moment (ISO 8601) as the user's language writes it, in the browser's time zone. */
export const momentText = (at: string): string => new Date(at).toLocaleString(locale.value);

const DAY_MS = 24 * 3_600_000;

/** The same of this day as the time alone, to the second. */
export const clockText = (at: string): string =>
  Date.now() - Date.parse(at) < DAY_MS / 2
    ? new Date(at).toLocaleTimeString(locale.value, { timeStyle: 'medium' })
    : momentText(at);
