/*
 * When a pattern is due, looked for minute by minute of real time in what `Intl` shows: slow, and with nothing that the
 * module under test uses.
 */
import type { Due } from '#shared/domain/schedule/occurrences.ts';
import type { SchedulePattern } from '#shared/domain/schedule/pattern.ts';

type Clock = (time: number) => string;
type Pattern = Pick<SchedulePattern, 'cron' | 'timezone'>;
/** Later than one time, and no later than the other; epoch ms, whole minutes. */
export interface Span {
  after: number;
  upTo: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** No clock was put back by more than that since 2000. */
const PUT_BACK = 3 * HOUR;

const clocks = new Map<string, Clock>();

/** What the clocks of a zone show: `2027-03-28T02:30`. */
function clockOf(timeZone: string): Clock {
  const made = clocks.get(timeZone) ?? newClock(timeZone);
  clocks.set(timeZone, made);
  return made;
}

function newClock(timeZone: string): Clock {
  const [year, two] = ['numeric', '2-digit'] as const;
  const parts = { year, month: two, day: two, hour: two, minute: two, hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts });
  return (time) => format.format(time).replace(' ', 'T');
}

const asUtc = (wall: string) => Date.parse(`${wall}Z`);
const asWall = (time: number) => new Date(time).toISOString().slice(0, 16);
const aheadAt = (time: number, clock: Clock) => asUtc(clock(time)) - time;

/** The hour that the clocks show. */
export const hourAt = (timezone: string, time: number): number =>
  Number(clockOf(timezone)(time).slice(11, 13));

/** The moment at which the clocks change between two times, if they are set otherwise at the second one. */
export function changeBetween(timezone: string, from: number, to: number): number | undefined {
  const clock = clockOf(timezone);
  const [ahead, later] = [aheadAt(from, clock), aheadAt(to, clock)];
  if (ahead === later) return undefined;
  let [before, after] = [from, to];
  while (after - before > MINUTE) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE) * MINUTE;
    if (aheadAt(middle, clock) === ahead) before = middle;
    else after = middle;
  }
  return after;
}

export function bruteForce({ cron, timezone }: Pattern, { after, upTo }: Span): Due[] {
  const clock = clockOf(timezone);
  const { isDue, everyHour } = read(cron);
  const due: Due[] = [];
  let latest = '';
  for (let at = after - PUT_BACK; at <= upTo; at += MINUTE) {
    const wall = clock(at);
    const found = everyHour || wall > latest ? firstDue(everyHour ? '' : latest, wall, isDue) : undefined;
    if (found && at > after) due.push({ at, wall: found, inGap: found !== wall });
    if (wall > latest) latest = wall;
  }
  return due;
}

/** The wall time that is shown, if it is due; else the first one that was left out since the latest before. */
function firstDue(latest: string, wall: string, isDue: (wall: string) => boolean): string | undefined {
  if (isDue(wall) || latest === '') return isDue(wall) ? wall : undefined;
  for (let time = asUtc(latest) + MINUTE; time < asUtc(wall); time += MINUTE)
    if (isDue(asWall(time))) return asWall(time);
  return undefined;
}

/** Reads numbers, lists, ranges and steps alone. */
function read(cron: string) {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.split(' ');
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const days = valuesOf(day, 1, 31);
  const months = valuesOf(month, 1, 12);
  const weekdays = new Set([...valuesOf(weekday, 0, 7)].map((value) => value % 7));
  const either = day !== '*' && weekday !== '*';
  const isDay = (wall: string): boolean => {
    const ofMonth = days.has(Number(wall.slice(8, 10)));
    const ofWeek = weekdays.has(new Date(asUtc(wall)).getUTCDay());
    return months.has(Number(wall.slice(5, 7))) && (either ? ofMonth || ofWeek : ofMonth && ofWeek);
  };
  const isDue = (wall: string): boolean =>
    minutes.has(Number(wall.slice(14))) && hours.has(Number(wall.slice(11, 13))) && isDay(wall);
  return { isDue, everyHour: hours.size === 24 };
}

function valuesOf(field: string, least: number, most: number): Set<number> {
  const values = new Set<number>();
  for (const item of field.split(',')) {
    const [range = '', step = '1'] = item.split('/');
    const [from = '', to = from] = range === '*' ? [String(least), String(most)] : range.split('-');
    for (let value = Number(from); value <= Number(to); value += Number(step)) values.add(value);
  }
  return values;
}
