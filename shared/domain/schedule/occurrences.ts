/* When a schedule is due. Pure; times are epoch ms, wall times are ms as if they were UTC. */
import { type SchedulePattern, type WallTimes, wallTimes } from './pattern.ts';
import { firstShown, type ZoneClock, zoneClock } from './zone-clock.ts';

export interface Due {
  /** Epoch ms. */
  at: number;
  /** The wall time that the pattern names, in its zone: `2027-03-28T02:30`. */
  wall: string;
  /** The clock skips it: `at` is the first moment after the gap. */
  inGap: boolean;
}

/**
 * All that is later than this time, in order, no two at the same moment, until the year 3000. What is in a gap is among
 * them: the caller decides by `dst` whether to start it. Throws if there is no such pattern or zone.
 */
export function dueAfter({ cron, timezone }: SchedulePattern, after: number): Generator<Due> {
  const walls = wallTimes(cron);
  const clock = zoneClock(timezone);
  return walls.everyHour ? byRealTime(walls, clock, after) : byWallTime(walls, clock, after);
}

/** A pattern that names every hour: what the clock shows twice is due twice, what it skips is not due. */
function* byRealTime(walls: WallTimes, clock: ZoneClock, after: number): Generator<Due> {
  let stretch = clock(after);
  let time = after;
  for (;;) {
    const wall = walls.next(time + stretch.offset);
    if (wall === undefined) return;
    if (wall - stretch.offset < stretch.to) {
      time = wall - stretch.offset;
      yield { at: time, wall: textOf(wall), inGap: false };
    } else {
      time = stretch.to - 1;
      stretch = clock(stretch.to);
    }
  }
}

/**
 * Any other pattern: due when the clock first shows the time or, if it skips that, at the end of the gap. All that one gap
 * skips is due once.
 */
function* byWallTime(walls: WallTimes, clock: ZoneClock, after: number): Generator<Due> {
  let seen = after + clock(after).offset;
  for (;;) {
    const wall = walls.next(seen);
    if (wall === undefined) return;
    const { at, shown } = firstShown(clock, wall);
    const inGap = shown > wall;
    // What else the gap skips is passed over; the moment at its end is not.
    seen = inGap ? shown - 1 : wall;
    const isDueAtItsEnd = inGap && walls.next(seen) === shown;
    // A time that is shown again after the beginning was due before it.
    if (at > after && !isDueAtItsEnd) yield { at, wall: textOf(wall), inGap };
  }
}

const textOf = (wall: number): string => new Date(wall).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
