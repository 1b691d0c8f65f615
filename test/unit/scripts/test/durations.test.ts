/* The known durations are the latest ones, of test files that exist. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { durationsAfter, readDurations } from '../../../../scripts/test/durations.ts';

it('the durations of files that ran replace those that were known, the longest first', () => {
  const known = { 'test/a.test.ts': 40, 'test/b.test.ts': 9, 'test/gone.test.ts': 50 };
  const ran = { 'test/b.test.ts': 60.4, 'test/c.test.ts': 12.6, 'test/quick.test.ts': 0.3 };
  const after = durationsAfter(known, ran, (path) => path !== 'test/gone.test.ts');
  expect(Object.entries(after)).toEqual([
    ['test/b.test.ts', 60],
    ['test/a.test.ts', 40],
    ['test/c.test.ts', 13],
  ]);
});

it('the durations that are kept are of files that are there', () => {
  const paths = Object.keys(readDurations());
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(join(import.meta.dirname, '../../../..', path)))).toEqual([]);
});
