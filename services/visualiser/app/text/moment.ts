import { locale } from '../state/preferences.ts';

/** A moment (ISO 8601) as the user's language writes it, in the browser's time zone. */
export const momentText = (at: string): string => new Date(at).toLocaleString(locale.value);
