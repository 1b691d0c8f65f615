import { UsageError } from './command.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `10m`, `2h`, `30d`, `500ms` in ms. @throws UsageError */
export function parseDuration(option: string, text: string): number {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`${option} must be a duration such as 90s, 10m, 2h or 30d, not "${text}"`);
  return Number(count) * UNITS[unit]!;
}

/** A time in the past, as a duration before now or a date; returned in ISO 8601. @throws UsageError */
export function pastTime(option: string, text: string, now: number): string {
  if (/^\d+[a-z]+$/.test(text)) return new Date(now - parseDuration(option, text)).toISOString();
  const time = Date.parse(text);
  if (!/^\d{4}-\d\d/.test(text) || Number.isNaN(time))
    throw new UsageError(
      `${option} must be a duration such as 2h or 7d, or a date such as 2026-11-25, not "${text}"`,
    );
  return new Date(time).toISOString();
}
