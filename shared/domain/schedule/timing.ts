/*
 * When a schedule is due: its pattern between its beginning and its end; and what one look at it makes of the times that have
 * come since the last. Pure: the time is given.
 */
import { type Due, dueAfter } from './occurrences.ts';
import type { SchedulePattern } from './pattern.ts';
import { type CatchUpMode, MISSED_AFTER_MS, type OccurrenceKind, type OccurrenceStatus } from './rules.ts';

/** Times in epoch ms. */
export interface ScheduleTiming extends SchedulePattern {
  startsAt?: number | undefined;
  endsAt?: number | undefined;
}

/** The times later than `after`, those left out by the rule for gaps too. */
function* timesAfter(timing: ScheduleTiming, after: number): Generator<Due> {
  const { startsAt = -Infinity, endsAt = Infinity } = timing;
  for (const due of dueAfter(timing, Math.max(after, startsAt - 1))) {
    if (due.at > endsAt) return;
    yield due;
  }
}

/** The first of these. */
export function firstTimes(timing: ScheduleTiming, after: number, count: number): Due[] {
  const first: Due[] = [];
  for (const due of timesAfter(timing, after)) {
    first.push(due);
    if (first.length === count) break;
  }
  return first;
}

/** Whether the clock skips the time, and the schedule leaves such times out. */
export const isLeftOut = (due: Due, { dst }: SchedulePattern): boolean => due.inGap && dst === 'skip';

/** The next times at which it is started. */
export function nextTimes(timing: ScheduleTiming, after: number, count: number): number[] {
  const next: number[] = [];
  for (const due of timesAfter(timing, after)) {
    if (next.length === count) break;
    if (!isLeftOut(due, timing)) next.push(due.at);
  }
  return next;
}

/** The times from `from` on, before `to`, at which it would have been started; at most `most`, and whether there are more. */
export function timesBetween(
  timing: ScheduleTiming,
  { from, to, most }: { from: number; to: number; most: number },
): { times: number[]; hasMore: boolean } {
  const times: number[] = [];
  for (const due of timesAfter(timing, from - 1)) {
    if (due.at >= to) break;
    if (isLeftOut(due, timing)) continue;
    if (times.length === most) return { times, hasMore: true };
    times.push(due.at);
  }
  return { times, hasMore: false };
}

export interface ScheduleLook {
  /** It was looked at up to here, and is now up to there. */
  after: number;
  until: number;
  catchUp: CatchUpMode;
  /** How old a time may be that is made up for, ms. */
  catchUpMs: number;
}

export interface ScheduleFound {
  at: number;
  kind: OccurrenceKind;
  status: OccurrenceStatus;
  /** How many were missed and are not made up for; the last of them has it. */
  missed?: number;
}

/** What was missed longer ago than this is not even noted. */
const MOST_LOOKED_BACK_MS = 7 * 86_400_000;
/** So many of the times that were missed are noted, and so many made up for: the newest ones. */
const MOST_NOTED = 50;
const MOST_MADE_UP_FOR = 1_000;

/** What has come, and the next time; undefined if there is none. */
export function lookAtSchedule(
  timing: ScheduleTiming,
  look: ScheduleLook,
): { found: ScheduleFound[]; next: number | undefined } {
  const { come, next } = comeSince(timing, look);
  const lastDue = come.findLast((due) => !isLeftOut(due, timing));
  const judgedAll = come.map((due) => judged(due, timing, look, due === lastDue));
  const left = judgedAll.filter(({ status }) => status !== 'due');
  const missed = left.filter(({ status }) => status === 'skipped_catch_up');
  const noted = new Set([...left.slice(-MOST_NOTED), ...judgedAll.slice(-MOST_MADE_UP_FOR).filter(isDue)]);
  const found = judgedAll.filter((one) => noted.has(one));
  return {
    found: found.map((one) => (one === missed.at(-1) ? { ...one, missed: missed.length } : one)),
    next,
  };
}

const isDue = ({ status }: ScheduleFound): boolean => status === 'due';

/** Looks back as far as it may make up for, and further only until enough is found: a pattern of each minute has many times. */
function comeSince(timing: ScheduleTiming, { after, until, catchUpMs }: ScheduleLook) {
  for (let backMs = catchUpMs + MISSED_AFTER_MS; ; backMs *= 4) {
    const from = Math.max(after, until - Math.min(backMs, MOST_LOOKED_BACK_MS));
    const come: Due[] = [];
    let next: number | undefined;
    for (const due of timesAfter(timing, from)) {
      if (due.at > until) {
        next = due.at;
        break;
      }
      come.push(due);
    }
    if (come.length >= MOST_NOTED || from === after || backMs >= MOST_LOOKED_BACK_MS) return { come, next };
  }
}

function judged(
  due: Due,
  timing: ScheduleTiming,
  { until, catchUp, catchUpMs }: ScheduleLook,
  isLast: boolean,
): ScheduleFound {
  const { at } = due;
  const lateMs = until - at;
  if (isLeftOut(due, timing)) return { at, kind: 'cron', status: 'dst_gap' };
  if (lateMs <= MISSED_AFTER_MS) return { at, kind: 'cron', status: 'due' };
  const isMadeUpFor = lateMs <= catchUpMs && (catchUp === 'all' || (catchUp === 'last' && isLast));
  return { at, kind: 'catch_up', status: isMadeUpFor ? 'due' : 'skipped_catch_up' };
}
