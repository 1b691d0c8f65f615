/* I12: each time has one run, in every order in which two leaders and two gateways act, stop and die. */
import { expect, it } from 'vitest';
import { exploreSchedule } from '../../../support/model/schedule-model.ts';

it('I12: each time of a schedule has one run, in whatever order two leaders and two gateways go on, stop and die', () => {
  const { states, broken } = exploreSchedule();
  expect(broken).toBeUndefined();
  expect(states).toBeGreaterThan(10_000);
});

it.each(['the watermark and the key', 'the look at the occurrence in the transaction'] as const)(
  'would have two, or none, without %s',
  (omits) => {
    expect(exploreSchedule(omits).broken).toBeDefined();
  },
);
