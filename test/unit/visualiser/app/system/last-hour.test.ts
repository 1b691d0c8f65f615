/* The last hour has each minute in its place, with gaps and outages as they were. */
import { expect, it } from 'vitest';
import {
  areaPath,
  bandsOf,
  byMinute,
  highest,
  linePath,
  MINUTES,
  pointsPath,
  type Sample,
  stackedBars,
} from '../../../../../services/visualiser/app/system/last-hour.ts';

const NOW = Date.parse('2026-11-27T12:00:30Z');
const at = (minutesAgo: number): Sample => ({
  at: new Date(Date.parse('2026-11-27T12:00:00Z') - minutesAgo * 60_000).toISOString(),
  queue: { length: minutesAgo, oldestMs: 0 },
  runs: { running: 0, cancelling: 0 },
  slots: 0,
  ended: { passed: 0, failed: 0, cancelled: 0, lost: 0 },
});
const lengths = (samples: Sample[], now = NOW) =>
  byMinute(samples, now).map((sample) => sample?.queue.length);

it('the last hour gives each minute of the hour its sample, and leaves a gap where there is none', () => {
  const minutes = lengths([at(59), at(2), at(0)]);
  expect(minutes).toHaveLength(MINUTES);
  expect([minutes[0], minutes[57], minutes[58], minutes[59]]).toEqual([59, 2, undefined, 0]);
});

it('the last hour ends with the minute before while the one that has begun has no sample yet', () => {
  expect(lengths([at(2), at(1)]).slice(-2)).toEqual([2, 1]);
  // Nothing for long: the hour goes on without it.
  expect(lengths([at(10)]).slice(-11)).toEqual([undefined, 10, ...Array(9).fill(undefined)]);
});

it('the last hour knows the highest value, and where it was first', () => {
  expect(highest([undefined, 3, 7, 7, undefined])).toEqual({ value: 7, index: 2 });
  expect(highest([0])).toEqual({ value: 0, index: 0 });
  expect(highest([undefined])).toBeUndefined();
});

it('the last hour draws lines that are broken at gaps, and nothing for nothing', () => {
  const broken = [undefined, 0, 10, undefined, 5];
  expect(linePath(broken, 10, 32)).toBe('M1.5 32L2.5 0');
  expect(pointsPath(broken, 10, 32)).toBe('M4.5 16h0');
  expect(areaPath([5, 10], 10, 32)).toBe('M0.5 32L0.5 16L1.5 0L1.5 32Z');
  expect(linePath([undefined], 0, 32) + areaPath([], 0, 32)).toBe('');
  expect(linePath([0, 0], 0, 32)).toBe('M0.5 32L1.5 32');
});

it('stacks bars upon each other, and leaves out those of nothing', () => {
  expect(
    stackedBars(
      [
        [1, 0],
        [3, 2],
        [undefined, 2],
      ],
      4,
      32,
    ),
  ).toEqual([
    [{ x: 0, y: 24, height: 8 }],
    [
      { x: 0, y: 0, height: 24 },
      { x: 1, y: 16, height: 16 },
    ],
    [{ x: 1, y: 0, height: 16 }],
  ]);
});

it('an outage is a band of the hour, seen however short it was, and up to now while it goes on', () => {
  const outage = (since: string, until?: string) => ({ name: 'nats', since, ...(until && { until }) });
  const bands = bandsOf(
    [
      outage('2026-11-27T10:00:00Z', '2026-11-27T11:03:00Z'),
      outage('2026-11-27T11:31:30Z', '2026-11-27T11:31:31Z'),
      outage('2026-11-27T11:59:00Z'),
    ],
    [at(0)],
    NOW,
  );
  expect(bands).toEqual([
    { from: 0, to: 2 },
    { from: 30.5, to: 31 },
    { from: 58, to: 59.5 },
  ]);
});
