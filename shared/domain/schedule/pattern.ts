/* What a schedule says of its times: a cron pattern and a time zone, and whether they can be used. Pure. */
import { Cron, type CronMode, CronPattern } from 'croner';
import { Temporal } from 'temporal-polyfill';
import type { DstRule } from './rules.ts';

export interface SchedulePattern {
  /** Five fields, or a nickname such as `@daily`. */
  cron: string;
  /** An IANA time zone, or UTC. */
  timezone: string;
  dst: DstRule;
}

type PatternIssue = 'not_a_cron' | 'cron_with_seconds' | 'never_due';

/** A pattern that is read, apart from any time zone. Wall times are ms, as if they were UTC. */
export interface WallTimes {
  /** The first one later than this; undefined if there is none before the year 3000. */
  next(after: number): number | undefined;
  /** Whether the pattern names each of the 24 hours of a day, in whatever way. */
  everyHour: boolean;
}

/** Throws if it is no pattern. */
export function wallTimes(cron: string): WallTimes {
  // An offset keeps croner away from time zones, and from its own rule for daylight saving.
  const parsed = new Cron(cron, { mode: '5-part', utcOffset: 0 });
  return {
    next: (after) => parsed.nextRun(new Date(after))?.getTime(),
    everyHour: new CronPattern(cron, undefined, { mode: '5-part' }).hour.every(Boolean),
  };
}

/** Never due is what has no time in all the years until 3000: the calendar repeats itself after 400. */
export function patternIssue(cron: string): PatternIssue | undefined {
  if (!isPattern(cron, '5-part')) return isPattern(cron, '6-or-7-parts') ? 'cron_with_seconds' : 'not_a_cron';
  return wallTimes(cron).next(0) === undefined ? 'never_due' : undefined;
}

function isPattern(cron: string, mode: CronMode): boolean {
  try {
    new CronPattern(cron, undefined, { mode });
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether it is a named zone of IANA that this machine knows. An offset such as `+02:00` has no daylight saving, and an
 * abbreviation such as `BST` is a zone to `Intl` alone: Bangladesh.
 */
export function isTimeZone(zone: string): boolean {
  if (!/^[a-z]/i.test(zone)) return false;
  try {
    new Temporal.ZonedDateTime(0n, zone);
    return true;
  } catch {
    return false;
  }
}
