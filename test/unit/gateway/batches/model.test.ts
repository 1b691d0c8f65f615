/* I12: each attempt has one run, and a cancelled batch begins none, in every order in which gateways act and die. */
import { expect, it } from 'vitest';
import { exploreBatch } from '../../../support/model/batch-model.ts';

it('I12: each attempt of a batch has one run, and a cancelled batch begins none, in whatever order gateways go on and die', () => {
  const { states, verdicts, broken } = exploreBatch();
  expect(broken).toBeUndefined();
  expect(states).toBeGreaterThan(500);
  expect(verdicts).toEqual({
    pass: expect.any(Number),
    fail: expect.any(Number),
    cancelled: expect.any(Number),
  });
});

it.each(['the look at the attempt', 'the end of what waits'] as const)(
  'would be broken, or never end, without %s',
  (omits) => {
    expect(exploreBatch(omits).broken).toBeDefined();
  },
);
