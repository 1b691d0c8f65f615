/* What the clocks of a time zone show, from one change of them to the next. Pure. */
import { Temporal } from 'temporal-polyfill';

const DAY_MS = 86_400_000;

/** A time without a change: `from` included, `to` not, epoch ms. The clock is `offset` ms ahead of UTC. */
interface Stretch {
  from: number;
  to: number;
  offset: number;
}

/** The stretch at a time, which may begin later and end sooner than the clock changes. */
export type ZoneClock = (time: number) => Stretch;

/** The last two are kept, which is enough for a reader that goes on in time. */
const KEPT = 2;
/** How far there is surely no change, if none is found: the polyfill looks three years ahead. */
const LOOKED_AHEAD_MS = 2 * 365 * DAY_MS;

/** Throws if there is no such zone. */
export function zoneClock(timezone: string): ZoneClock {
  let kept: Stretch[] = [];
  return (time) => {
    const known = kept.find(({ from, to }) => from <= time && time < to);
    if (known) return known;
    const found = stretchFrom(time, timezone);
    kept = [...kept, found].slice(-KEPT);
    return found;
  };
}

function stretchFrom(from: number, timezone: string): Stretch {
  const moment = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timezone);
  const change = moment.getTimeZoneTransition('next');
  return {
    from,
    to: change?.epochMilliseconds ?? from + LOOKED_AHEAD_MS,
    offset: moment.offsetNanoseconds / 1_000_000,
  };
}

/** The first moment at which the clock shows this wall time or, if it skips that, a later one; and what it shows then. */
export function firstShown(clock: ZoneClock, wall: number): { at: number; shown: number } {
  // No clock is a whole day ahead of UTC.
  let stretch = clock(wall - DAY_MS);
  while (wall - stretch.offset >= stretch.to) stretch = clock(stretch.to);
  const at = Math.max(wall - stretch.offset, stretch.from);
  return { at, shown: at + stretch.offset };
}
