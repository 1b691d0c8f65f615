/*
 * The module against two other libraries and a brute-force oracle. Away from the changes of the clocks all have to say the
 * same. Around them each library has a rule of its own, so that the oracle decides.
 */
import { CronExpressionParser } from 'cron-parser';
import { CronosExpression } from 'cronosjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Due } from '#shared/domain/schedule/occurrences.ts';
import type { SchedulePattern } from '#shared/domain/schedule/pattern.ts';
import { dueUpTo, firstDue } from './due-times.ts';
import { bruteForce, changeBetween, DAY, HOUR, hourAt, MINUTE } from './oracle.ts';

interface Case extends SchedulePattern {
  start: number;
}

const CASES = 2_000;
const SEED = 20_261_201;
const COUNT = 5;
/** What is due this long before a change of the clocks, or after it, is compared with the oracle. */
const AROUND = { before: 3 * HOUR, after: 5 * HOUR };
const [FROM, TO] = [Date.UTC(2000, 0), Date.UTC(2040, 0)];

/** Zones that change their clocks twice a year, at odd hours or by odd amounts; or did so once, by much. */
const CHANGING = [
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'America/Santiago',
  'America/Nuuk',
  'America/Caracas',
  'Asia/Beirut',
  'Asia/Tehran',
  'Asia/Gaza',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Antarctica/Troll',
  'Antarctica/Casey',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
];

const number = (min: number, max: number) => fc.integer({ min, max }).map(String);
const range = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map((ends) => {
    const [from = min, to = max] = ends.toSorted((a, b) => a - b);
    return `${from}-${to}`;
  });
const field = (min: number, max: number) =>
  fc.oneof(
    number(min, max),
    range(min, max),
    fc.tuple(range(min, max), fc.integer({ min: 2, max: 4 })).map(([ends, step]) => `${ends}/${step}`),
    fc.array(number(min, max), { minLength: 2, maxLength: 4 }).map((list) => [...new Set(list)].join()),
  );
const minutes = fc.oneof(fc.constantFrom('*', '0', '30', '*/5', '*/15', '*/20'), field(0, 59));
const hours = fc.oneof(
  // At night the clocks are changed.
  { weight: 4, arbitrary: field(0, 4) },
  { weight: 2, arbitrary: fc.constantFrom('*', '*/1', '0-23', '0-11,12-23', '*/2', '1-23', '23,0') },
  { weight: 2, arbitrary: field(0, 23) },
);
const days = fc.oneof(
  { weight: 8, arbitrary: fc.constant('* * *') },
  { weight: 1, arbitrary: fc.constantFrom('29 2 *', '31 * *', '*/2 * *', '* */3 1') },
  { weight: 1, arbitrary: field(1, 28).map((day) => `${day} * *`) },
  { weight: 1, arbitrary: field(0, 6).map((weekday) => `* * ${weekday}`) },
  { weight: 1, arbitrary: fc.tuple(field(1, 28), field(1, 12), number(0, 7)).map((all) => all.join(' ')) },
);

/** Where it starts, seen from the next change of the clocks; and the hours then, as `hoursAround` counts them. */
interface AtChange {
  minutes: number;
  hours: number | undefined;
}

const atChange: fc.Arbitrary<AtChange> = fc.record({
  minutes: fc.integer({ min: -36 * 60, max: 4 * 60 }),
  hours: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
});
const cases: fc.Arbitrary<Case> = fc
  .record({
    fields: fc.tuple(minutes, hours, days),
    timezone: fc.oneof(fc.constantFrom(...CHANGING), fc.constantFrom(...Intl.supportedValuesOf('timeZone'))),
    dst: fc.constantFrom('after_gap', 'skip'),
    start: fc.integer({ min: FROM / MINUTE, max: TO / MINUTE }).map((minute) => minute * MINUTE),
    atChange: fc.option(atChange, { freq: 4, nil: undefined }),
  })
  .map(({ atChange: moved, fields, ...rest }) => {
    const plain = { ...rest, cron: fields.join(' ') };
    if (!moved) return plain;
    const change = nextChange(rest.timezone, rest.start);
    if (change === undefined) return plain;
    const start = change + moved.minutes * MINUTE;
    if (moved.hours === undefined) return { ...plain, start };
    const hour = hoursAround(rest.timezone, change)[moved.hours];
    return { ...plain, start, cron: [fields[0], hour, fields[2]].join(' ') };
  });

/** The hour that comes twice, the one that is left out, and both. */
function hoursAround(timezone: string, change: number): string[] {
  const last = hourAt(timezone, change - MINUTE);
  const next = (last + 1) % 24;
  return [`${last}`, `${next}`, `${last},${next}`];
}

/** The next change of a zone's clocks, if there is one within a year. */
function nextChange(timezone: string, start: number): number | undefined {
  for (let time = start; time < start + 365 * DAY; time += 60 * DAY) {
    const change = changeBetween(timezone, time, time + 60 * DAY);
    if (change !== undefined) return change;
  }
  return undefined;
}

const LIBRARIES: Record<string, (one: Case) => number[]> = {
  'cron-parser': ({ cron, timezone, start }) =>
    CronExpressionParser.parse(cron, { tz: timezone, currentDate: new Date(start) })
      .take(COUNT)
      .map((date) => date.getTime()),
  cronosjs: ({ cron, timezone, start }) =>
    CronosExpression.parse(cron, { timezone })
      .nextNDates(new Date(start), COUNT)
      .map((date) => date.getTime()),
};

/** A zone whose gap of half an hour a library does not get out of. */
const ENDLESS: Record<string, string> = { 'cron-parser': 'Australia/Lord_Howe' };

const all = fc.sample(cases, { numRuns: CASES, seed: SEED });
const found = new Map<Case, Due[]>();
const foundBy = Object.fromEntries(Object.keys(LIBRARIES).map((name) => [name, new Map<Case, number[]>()]));
const near = new Map<string, number | undefined>();

function firstOf(one: Case): Due[] {
  const first = found.get(one) ?? firstDue(one, one.start, COUNT);
  found.set(one, first);
  return first;
}

/** None if the library does not come to an end in the zone. */
function firstBy(name: string, one: Case): number[] {
  const known = foundBy[name]!.get(one);
  const first = known ?? (one.timezone === ENDLESS[name] ? [] : LIBRARIES[name]!(one));
  foundBy[name]!.set(one, first);
  return first;
}

/** The change of the clocks that a time is near to. */
function changeNear(timezone: string, time: number): number | undefined {
  const key = `${timezone} ${time}`;
  if (!near.has(key)) near.set(key, changeBetween(timezone, time - AROUND.after, time + AROUND.before));
  return near.get(key);
}

describe('the times of random patterns, zones and beginnings', () => {
  it.each(Object.keys(LIBRARIES))('are those of %s, away from changes of the clocks', (name) => {
    const counts = { compared: 0, around: 0, 'around, otherwise': 0 };
    const compared = all.filter(({ timezone }) => timezone !== ENDLESS[name]);
    for (const one of compared) {
      const ours = firstOf(one).map(({ at }) => at);
      const theirs = firstBy(name, one);
      expect(theirs, JSON.stringify(one)).toHaveLength(COUNT);
      const end = Math.min(ours.at(-1)!, theirs.at(-1)!);
      const isAway = (time: number) => time <= end && changeNear(one.timezone, time) === undefined;
      const away = ours.filter(isAway);
      expect(theirs.filter(isAway), JSON.stringify(one)).toEqual(away);
      const around = theirs.filter((time) => time <= end && !isAway(time));
      counts.compared += away.length;
      counts.around += around.length;
      counts['around, otherwise'] += around.filter((time) => !ours.includes(time)).length;
    }
    console.info(`${compared.length} cases compared with ${name}, due times:`, counts);
    expect(counts.compared).toBeGreaterThan(3 * CASES);
  });

  it('are those of the oracle, around changes of the clocks', () => {
    const counts = { spans: 0, compared: 0, 'in a gap': 0 };
    for (const one of all) {
      const first = firstOf(one);
      for (const change of changesNear(one)) {
        const span = { after: Math.max(one.start, change - AROUND.before), upTo: change + AROUND.after };
        const expected = bruteForce(one, span);
        expect(dueUpTo(one, span), JSON.stringify(one)).toEqual(expected);
        // The same if it began sooner.
        const among = first.filter(({ at }) => at > span.after && at <= span.upTo);
        expect(among, JSON.stringify(one)).toEqual(expected.filter(({ at }) => at <= first.at(-1)!.at));
        counts.spans += 1;
        counts.compared += expected.length;
        counts['in a gap'] += expected.filter(({ inGap }) => inGap).length;
      }
    }
    console.info(`${all.length} cases compared with the oracle:`, counts);
    expect(counts['in a gap']).toBeGreaterThan(CASES / 50);
  });
});

/** The changes of the clocks that its beginning is near to, or one of its first times as anyone has them. */
function changesNear(one: Case): number[] {
  const theirs = Object.keys(LIBRARIES).flatMap((name) => firstBy(name, one));
  const times = [one.start, ...firstOf(one).map(({ at }) => at), ...theirs];
  const changes = times.map((time) => changeNear(one.timezone, time));
  return [...new Set(changes)].filter((change) => change !== undefined);
}
