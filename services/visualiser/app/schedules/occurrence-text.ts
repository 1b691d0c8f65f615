import type { Occurrence } from '#shared/api/contract/schedules/schedules.ts';
import type { NoRunStatus } from './en.ts';
import { lookOf } from './occurrence-look.ts';
import { schedulesText } from './schedules-text.ts';
import { zonedText } from './zoned-time.ts';

/** When it was, what became of it, and why it has no run if it has none. */
export function occurrenceText(occurrence: Occurrence, zone: string): string {
  const { looks, kinds } = schedulesText.value;
  const { nominalAt, kind } = occurrence;
  const why = whyNoRun(occurrence);
  const about = [looks[lookOf(occurrence)], kind !== 'cron' && kinds[kind]].filter(Boolean).join(', ');
  return `${zonedText(nominalAt, zone)}: ${about}${why === undefined ? '' : `: ${why}`}`;
}

/** Undefined if it has a run, or is about to. */
function whyNoRun({ status, reason }: Occurrence): string | undefined {
  const words: Partial<Record<string, string>> = schedulesText.value.whyNot satisfies Record<
    NoRunStatus,
    string
  >;
  return words[status] ?? reason;
}
