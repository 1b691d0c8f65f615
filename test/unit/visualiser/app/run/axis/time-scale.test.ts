/* A long pause is folded so that the rest stays readable, and times keep their order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeScale } from '../../../../../../services/visualiser/app/run/axis/time-scale.ts';

/** Places in thousandths. */
const places = (times: readonly number[]) => {
  const scale = timeScale(times);
  return times.map((time) => Math.round(1_000 * scale.at(time)));
};

describe('the scale of a time axis', () => {
  it('is to scale where nothing took much longer than the rest', () => {
    expect(places([0, 250, 500, 1_000])).toEqual([0, 250, 500, 1_000]);
    // Five waits alike are what the run did.
    const waits = [0, 10_000, 20_000, 30_000, 40_000, 50_000];
    expect(places(waits)).toEqual([0, 200, 400, 600, 800, 1_000]);
    expect(timeScale(waits).folds).toEqual([]);
  });

  it('folds a pause, so that what is before and after it stays readable', () => {
    const times = [0, 1_000, 2_000, 3_602_000, 3_603_000];
    const { folds, at } = timeScale(times);
    expect(folds).toEqual([{ from: 2_000, to: 3_602_000 }]);
    expect(at(2_000)).toBeCloseTo(2 / 6);
    expect(at(3_602_000)).toBeCloseTo(5 / 6);
  });

  it('does not fold what leaves the rest readable', () => {
    expect(timeScale([0, 1_000, 2_000, 6_000, 7_000, 9_000]).folds).toEqual([]);
  });

  it('does not fold what is all there is', () => {
    expect(timeScale([0, 60_000]).folds).toEqual([]);
  });

  it('folds several', () => {
    const { folds } = timeScale([0, 60_000, 61_000, 121_000, 122_000]);
    expect(folds).toEqual([
      { from: 0, to: 60_000 },
      { from: 61_000, to: 121_000 },
    ]);
  });

  it('does not jump when a pause that lasts becomes one that is folded', () => {
    const drawn = (later: number) => timeScale([0, 3_000, 6_000, 9_000, 9_000 + later]).at(9_000);
    for (let at = 500; at < 8_000; at += 10) expect(drawn(at) - drawn(at + 10)).toBeLessThan(0.002);
  });

  it('of a run without a length is there, too', () => {
    expect(timeScale([5]).at(5)).toBe(0);
    expect(timeScale([5, 5]).timeAt(0.5)).toBe(5);
  });

  it('keeps the order of all times, and finds the time of each place again', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(moments, (unordered) => {
        const times = unordered.toSorted((a, b) => a - b);
        const { at, timeAt } = timeScale(times);
        const drawn = times.map(at);
        expect(drawn.every((place, n) => place >= (drawn[n - 1] ?? 0) && place <= 1.000_001)).toBe(true);
        if (times[0] !== times.at(-1))
          for (const time of times) expect(Math.abs(timeAt(at(time)) - time)).toBeLessThan(1);
      }),
    );
  });
});
