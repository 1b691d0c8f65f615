import { locale } from '../session/preferences.ts';

const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const TIME = { hour: '2-digit', minute: '2-digit' } as const;

/**
 * A moment (ISO 8601) by the clock of a time zone, with seconds if it has some, and the year if that is not this one. For a
 * zone that this browser does not know, UTC is taken.
 */
export function zonedText(at: string, timeZone: string | undefined): string {
  const date = new Date(at);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  const parts = {
    ...DAY,
    ...TIME,
    ...(date.getSeconds() > 0 && { second: '2-digit' as const }),
    ...(!isThisYear && { year: 'numeric' as const }),
  };
  try {
    return date.toLocaleString(locale.value, { ...parts, timeZone });
  } catch {
    return `${date.toLocaleString(locale.value, { ...parts, timeZone: 'UTC' })} UTC`;
  }
}

/** The time zone of this browser. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The time zones that a form offers, as the browser knows them. */
export const knownZones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone')];
