/* Times as the clock of a time zone shows them. */

const FIELDS = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'longOffset',
} as const;

interface Shown {
  /** `2026-11-25 02:30` */
  clock: string;
  /** `+01:00` */
  offset: string;
}

/** `2026-11-25 02:30`; followed by `UTC` in a zone that this machine does not know. `time` in ISO 8601. */
export function zoneTime(time: string, timezone: string): string {
  const shown = shownIn(time, timezone);
  return shown?.clock ?? `${shownIn(time, 'UTC')?.clock} UTC`;
}

/** `2026-11-25 02:30 +01:00` */
export function zoneTimeWithOffset(time: string, timezone: string): string {
  const shown = shownIn(time, timezone);
  return shown === undefined ? zoneTime(time, timezone) : `${shown.clock} ${shown.offset}`;
}

function shownIn(time: string, timeZone: string): Shown | undefined {
  try {
    const parts = new Intl.DateTimeFormat('en', { ...FIELDS, timeZone }).formatToParts(Date.parse(time));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
    return {
      clock: `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`,
      offset: part('timeZoneName').replace('GMT', '') || '+00:00',
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
