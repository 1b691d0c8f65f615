/* Some of the due times of a pattern, which has them without an end. */
import { type Due, dueAfter } from '#shared/domain/schedule/occurrences.ts';
import type { SchedulePattern } from '#shared/domain/schedule/pattern.ts';
import type { Span } from './oracle.ts';

export function firstDue(pattern: SchedulePattern, after: number, count: number): Due[] {
  const found: Due[] = [];
  for (const due of dueAfter(pattern, after)) if (found.push(due) === count) break;
  return found;
}

export function dueUpTo(pattern: SchedulePattern, { after, upTo }: Span): Due[] {
  const found: Due[] = [];
  for (const due of dueAfter(pattern, after)) {
    if (due.at > upTo) break;
    found.push(due);
  }
  return found;
}
