/* A step that left no picture is compared by the last one before it. */
import { expect, it } from 'vitest';
import { compareRuns } from '#shared/domain/story/compare.ts';
import { pictureBy } from '../../../../../../services/visualiser/app/run/compare/picture-by.ts';
import { isoAt, STARTED_AT, storedOf } from '../../../../../support/model/stored-run.ts';

const startedAt = new Date(STARTED_AT).toISOString();
const baseUrl = 'https://shop.test';
const step = (n: number) => ({ action: 'click', selector: `#${'abc'[n]}` });
type Rows = Parameters<typeof storedOf>[0];
const begun = (n: number): Rows[number] => [n * 100, 'step_start', { step: step(n) }, n];
const done = (n: number, screenshotPath?: string): Rows[number] => [
  n * 100 + 50,
  'step_success',
  { step: step(n), at: isoAt(n * 100 + 50), screenshotPath },
  n,
];
const look = (screenshotPath?: string): Rows[number] => [
  400,
  'last_look',
  { url: baseUrl, title: 'Shop', screenshotPath },
];
const runOf = (rows: Rows) => ({ startedAt, baseUrl, events: storedOf(rows) });

it('the picture of a step is its own, else the last before it; of the last step of all, the last look', () => {
  const here = runOf([begun(0), done(0, 'r/0.png'), begun(1), done(1), begun(2), look('r/last.png')]);
  const there = runOf([begun(0), done(0), begun(1), done(1, 's/1.png')]);
  const found = compareRuns(here, there);
  const shown = (side: 'here' | 'there') => [0, 1, 2].map((n) => pictureBy(found, n, side));
  expect(shown('here')).toEqual([
    { path: 'r/0.png', step: 1 },
    { path: 'r/0.png', step: 1 },
    { path: 'r/last.png', step: 3 },
  ]);
  expect(shown('there')).toEqual([undefined, { path: 's/1.png', step: 2 }, { path: 's/1.png', step: 2 }]);
});

it('a last look without a picture, and a run without steps, leave what there is', () => {
  const here = runOf([begun(0), done(0, 'r/0.png'), begun(1), look()]);
  const found = compareRuns(here, runOf([]));
  expect(pictureBy(found, 1, 'here')).toEqual({ path: 'r/0.png', step: 1 });
  expect(pictureBy(found, 1, 'there')).toBeUndefined();
});
