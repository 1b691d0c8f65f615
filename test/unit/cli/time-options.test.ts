/* A duration or a time that is typed is read exactly, and one that is unclear is refused. */
import { expect, test } from 'vitest';
import { parseDuration, pastTime } from '../../../services/cli/duration-option.ts';

test.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration('--max-duration', text)).toBe(ms);
});

test.each(['', '10', 'm', '1.5h', '-1h', '10 m', '10M', '9999999999s', '1w'])('"%s" is no time', (text) => {
  expect(() => parseDuration('--max-duration', text)).toThrow(/^--max-duration must be a duration such as/);
});

const NOW = Date.parse('2026-11-25T12:00:00.000Z');

test.each([
  ['2h', '2026-11-25T10:00:00.000Z'],
  ['2026-11-24', '2026-11-24T00:00:00.000Z'],
  ['2026-11-24T10:00:00+02:00', '2026-11-24T08:00:00.000Z'],
])('--since %s is since %s', (text, time) => {
  expect(pastTime('--since', text, NOW)).toBe(time);
});

test.each(['', 'yesterday', '25.11.2026', '2026-13-01', '5'])('"%s" is no time in the past', (text) => {
  expect(() => pastTime('--since', text, NOW)).toThrow(/^--since must be a duration/);
});
