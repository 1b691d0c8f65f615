/* A schedule is due at the times that its cron pattern names in its time zone, also across clock changes. */
import { describe, expect, it } from 'vitest';
import type { Due } from '#shared/domain/schedule/occurrences.ts';
import { DST_RULES } from '#shared/domain/schedule/rules.ts';
import { CHANGES } from './clock-changes.ts';
import { firstDue } from './due-times.ts';

/** `2027-03-28T02:30 at 2027-03-28T01:00Z, skipped`: the wall time, and when that is. */
const textOf = ({ at, wall, inGap }: Due) =>
  `${wall} at ${new Date(at).toISOString().replace(/(:00)?\.000Z$/, 'Z')}${inGap ? ', skipped' : ''}`;

describe.each(Object.entries(CHANGES))('a change of the clocks: %s', (_, rows) => {
  describe.each(DST_RULES)('%s', (dst) => {
    it.each(rows)('%s in %s after %s', (cron, timezone, after, times) => {
      const due = firstDue({ cron, timezone, dst }, Date.parse(after), times.length);
      expect(due.map(textOf)).toEqual(times);
    });
  });
});

describe('the days of a pattern', () => {
  it.each<[cron: string, after: string, days: string]>([
    ['0 0 29 2 *', '2090-01-01', '2092-02-29 2096-02-29 2104-02-29'],
    ['0 0 31 * *', '2026-09-01', '2026-10-31 2026-12-31 2027-01-31 2027-03-31'],
    // A day of the month or of the week: one is enough.
    ['0 0 13 * 5', '2026-09-05', '2026-09-11 2026-09-13 2026-09-18'],
    ['0 0 */15 * 1', '2026-09-01', '2026-09-07 2026-09-14 2026-09-16'],
    // Both.
    ['0 0 13 * +5', '2026-01-01', '2026-02-13 2026-03-13 2026-11-13'],
    ['0 0 * * 7', '2026-09-01', '2026-09-06 2026-09-13'],
    ['0 0 * * 1#1', '2026-09-04', '2026-09-07 2026-10-05'],
    ['0 0 * * FRIL', '2026-09-04', '2026-09-25 2026-10-30'],
    ['0 0 L * *', '2028-01-15', '2028-01-31 2028-02-29 2028-03-31'],
    ['0 0 LW * *', '2026-10-01', '2026-10-30 2026-11-30'],
    ['0 0 1W * *', '2026-10-15', '2026-11-02 2026-12-01'],
    ['@monthly', '2026-10-15', '2026-11-01 2026-12-01'],
    ['@weekly', '2026-10-15', '2026-10-18 2026-10-25'],
    ['@yearly', '2026-10-15', '2027-01-01 2028-01-01'],
  ])('%s after %s', (cron, after, text) => {
    const days = text.split(' ');
    const due = firstDue({ cron, timezone: 'UTC', dst: 'skip' }, Date.parse(after), days.length);
    expect(due).toEqual(days.map((day) => ({ at: Date.parse(day), wall: `${day}T00:00`, inGap: false })));
  });
});

describe('the times of a pattern', () => {
  const rows = Object.values(CHANGES).flat();

  it.each(rows)('%s in %s after %s: each is the first one after the one before', (cron, timezone, after) => {
    const pattern = { cron, timezone, dst: 'after_gap' } as const;
    const due = firstDue(pattern, Date.parse(after), 20);
    for (const [index, { at }] of due.slice(0, -1).entries()) {
      expect(firstDue(pattern, at, 1)).toEqual([due[index + 1]]);
      expect(firstDue(pattern, at - 1, 1)).toEqual([due[index]]);
    }
  });

  it('end before the year 3000', () => {
    const pattern = { cron: '0 0 29 2 *', timezone: 'Europe/Berlin', dst: 'skip' } as const;
    const due = firstDue(pattern, Date.UTC(2990, 0), 10);
    expect(due.map(({ wall }) => wall)).toEqual(['2992-02-29T00:00', '2996-02-29T00:00']);
  });

  it.each([
    ['0 0 * *', 'UTC'],
    ['0 0 * * *', 'Mars/Phobos'],
  ])('are none of %s in %s', (cron, timezone) => {
    expect(() => firstDue({ cron, timezone, dst: 'skip' }, 0, 1)).toThrow();
  });
});
