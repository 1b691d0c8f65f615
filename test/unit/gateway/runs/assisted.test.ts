/* I16: a run is inconclusive only if the check of its victory has failed, and has no verdict if it was cancelled. */
import { expect, test } from 'vitest';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { assistedOf, verdictOf } from '../../../../services/gateway/runs/assisted.ts';

const VICTORY = { textIncludes: ['Thanks'] };
const ASSISTED = { goal: 'buy', assistConfig: { victory: VICTORY } };
const step = (index: number, action: string, ok: boolean) => ({
  phase: 'flow' as const,
  attempt: 1,
  index,
  action,
  ok,
  error: ok ? null : 'why',
  screenshotPath: null,
  a11y: null,
  carried: null,
});
const row = (...steps: ReturnType<typeof step>[]) => ({ hasVictory: true, steps, stepCount: 2 });
const CHECKED = row(step(0, 'goto', true), step(1, 'verify', false));

test('I16: a victory is inconclusive only if its check has failed', () => {
  expect(verdictOf(CHECKED, 'fail').verdict).toBe('inconclusive');
  expect(verdictOf(row(step(0, 'goto', false)), 'fail')).toEqual({});
  expect(verdictOf(row(step(0, 'verify', false)), 'fail')).toEqual({});
  expect(verdictOf(row(step(0, 'goto', true), step(1, 'verify', true)), 'fail')).toEqual({});
});

test('I16: a run that was cancelled, is lost or goes on has no verdict', () => {
  for (const outcome of [...OUTCOMES, undefined])
    if (outcome !== 'pass' && outcome !== 'fail') expect(verdictOf(CHECKED, outcome)).toEqual({});
});

test('a run has a verdict only if it was started with a victory', () => {
  expect(verdictOf({ ...CHECKED, hasVictory: false }, 'pass')).toEqual({});
  // What is posted as given back before is no start with one.
  expect(assistedOf({ assisted: { goal: 'buy' }, assist: undefined })).toEqual({ goal: 'buy' });
  expect(assistedOf({ assisted: undefined, assist: { v2: true, goal: 'buy', victory: VICTORY } })).toEqual(
    ASSISTED,
  );
});
