/* A duration is shown in the largest unit that goes, and read again from its two fields. */
import { expect, it } from 'vitest';
import { durationIn, typedDuration } from '../../../../../../services/visualiser/app/kit/inputs/duration.ts';

it.each([
  [7 * 86_400_000, { count: 7, unit: 'day' }],
  [36 * 3_600_000, { count: 36, unit: 'hour' }],
  [90 * 60_000, { count: 90, unit: 'minute' }],
  [30_000, { count: 0.5, unit: 'minute' }],
])('%d ms is typed in the largest unit that goes', (ms, typed) => {
  expect(typedDuration(ms)).toEqual(typed);
});

it('knows no other units than those that can be chosen', () => {
  expect(typedDuration(90 * 60_000, ['hour', 'day'])).toEqual({ count: 1.5, unit: 'hour' });
});

it('is read from its two fields, and is nothing without a number', () => {
  const form = new FormData();
  form.set('age', '1.5');
  form.set('age-unit', 'hour');
  expect(durationIn(form, 'age')).toBe(5_400_000);
  form.set('age', ' ');
  expect(durationIn(form, 'age')).toBeUndefined();
  expect(durationIn(form, 'other')).toBeUndefined();
});
