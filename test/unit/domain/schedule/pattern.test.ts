/* A cron pattern or a time zone is taken only if it is clear when it is due, and is due at some time. */
import { describe, expect, it } from 'vitest';
import { isTimeZone, patternIssue, wallTimes } from '#shared/domain/schedule/pattern.ts';

describe('a pattern', () => {
  it.each([
    '* * * * *',
    '*/5 0-23/2 1,15 JAN-MAR,12 mon-fri',
    ' 30\t2  *   * 7 ',
    '0 0 ? * ?',
    '0 0 L * *',
    '0 0 15W * *',
    '0 0 * * 5#2',
    '0 0 * * 5L',
    '0 0 31 2,3 *',
    '@daily',
    '@Hourly',
    // Every 28 years.
    '0 0 29 2 +1',
  ])('is fine: %s', (cron) => {
    expect(patternIssue(cron)).toBeUndefined();
  });

  it.each([
    '',
    'daily',
    '@reboot',
    '@every 5m',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '*/61 * * * *',
    '30-10 * * * *',
    '5/15 * * * *',
    '1,,2 * * * *',
    '1.5 * * * *',
    '-1 * * * *',
    '0 0 * FOO *',
    '0 0 * * MONDAY',
    '0 0 * * 5#6',
    'H H * * *',
    '0 0 * * * every day',
    '1 2 3 4 5 6 7 8',
    '2027-03-28T02:30:00',
    'TZ=UTC 0 0 * * *',
  ])('is none: %j', (cron) => {
    expect(patternIssue(cron)).toBe('not_a_cron');
    expect(() => wallTimes(cron)).toThrow();
  });

  it.each(['0 * * * * *', '*/10 30 2 * * *', '0 0 0 1 1 * 2030'])('has more than minutes: %s', (cron) => {
    expect(patternIssue(cron)).toBe('cron_with_seconds');
    expect(() => wallTimes(cron)).toThrow();
  });

  it.each(['0 0 30 2 *', '0 0 31 2,4,6,9,11 *', '0 0 30W 2 *'])('is never due: %s', (cron) => {
    expect(patternIssue(cron)).toBe('never_due');
    expect(wallTimes(cron).next(Date.UTC(2026, 0))).toBeUndefined();
  });

  it.each([
    ['*', true],
    ['*/1', true],
    ['0-23', true],
    ['0-11,12-23', true],
    ['1-23/2,*/2', true],
    ['*/2', false],
    ['0-22', false],
    ['1', false],
  ])('names every hour with %s: %s', (hours, every) => {
    expect(wallTimes(`0,30 ${hours} * * 1-5`).everyHour).toBe(every);
  });

  it('has no times from the year 3000 on', () => {
    const { next } = wallTimes('0 0 29 2 *');
    expect(next(Date.UTC(2995, 0))).toBe(Date.UTC(2996, 1, 29));
    expect(next(Date.UTC(2996, 1, 29))).toBeUndefined();
  });
});

describe('a time zone', () => {
  it.each([
    ...['UTC', 'Etc/UTC', 'GMT', 'Europe/Berlin', 'Asia/Calcutta', 'US/Eastern', 'America/Argentina/Ushuaia'],
    ...['Etc/GMT+5', 'EST5EDT', 'America/Port-au-Prince'],
  ])('is one: %s', (zone) => {
    expect(isTimeZone(zone)).toBe(true);
  });

  it('is each that Intl lists', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    expect(zones.length).toBeGreaterThan(400);
    expect(zones.filter((zone) => !isTimeZone(zone))).toEqual([]);
  });

  it.each([
    ...[
      '',
      '+02:00',
      '-0500',
      '+02',
      'UTC+2',
      'GMT+2',
      'Z',
      'Mars/Phobos',
      'Europe',
      ' UTC',
      'Europe/Berlin ',
    ],
    // Intl has them: abbreviations that mean more than one zone.
    ...['BST', 'IST', 'CST', 'PST', 'JST'],
  ])('is none: %j', (zone) => {
    expect(isTimeZone(zone)).toBe(false);
  });
});
