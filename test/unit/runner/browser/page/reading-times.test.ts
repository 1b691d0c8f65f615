/* I13: the larger a page is, the less often it is read out, and it is read once more at the end. */
import { expect, test } from 'vitest';
import { createReadingTimes } from '../../../../../services/runner/browser/page/reading-times.ts';

/** When a page is read whose reading takes `took` ms and gives so many letters, looked at each `each` ms for `whole` ms. */
function timesOf({ took, letters, whole }: { took: number; letters: number; whole: number }): number[] {
  const reading = createReadingTimes(whole);
  const times: number[] = [];
  for (let now = 0; now < whole; now += 100) {
    if (!reading.isDue(now)) continue;
    times.push(now);
    const begun = now;
    now += took;
    reading.done(begun, now, letters);
  }
  return times;
}

test('I13: a page is read out ever less often, and once more at the end', () => {
  expect(timesOf({ took: 0, letters: 100, whole: 10_000 })).toEqual([
    0, 100, 300, 700, 1_500, 3_100, 5_100, 7_100, 9_100, 9_900,
  ]);
  const claimed = timesOf({ took: 0, letters: 100, whole: 120_000 });
  expect(claimed.length).toBeLessThan(70);
});

test('I13: a large page is read out the less often, and the last time while there is time for it', () => {
  expect(timesOf({ took: 500, letters: 6e6, whole: 10_000 })).toEqual([0, 3_500, 7_000, 8_900]);
});

test('a page that takes all of the time is read out once', () => {
  expect(timesOf({ took: 4_000, letters: 6e6, whole: 5_000 })).toEqual([0]);
});
