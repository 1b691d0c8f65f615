/* I2, I3, I5: no two faults, and no two runners or cancels at once, break a promise in the model of ownership. */
import { expect, it } from 'vitest';
import { explore } from '../support/model/ownership-model/explore.ts';
import { look } from '../support/model/ownership-model/look.ts';
import { MASKED } from '../support/model/ownership-model/places.ts';
import { printed } from '../support/model/ownership-model/print.ts';
import { WIDE_SCENARIOS } from '../support/model/ownership-model/scenarios.ts';
import { type Bounds, scenario } from '../support/model/ownership-model/world.ts';
import { share } from '../support/share.ts';

const ALL = Object.entries<Bounds>(WIDE_SCENARIOS);
const SMALLEST = ALL.filter(([, { owners }]) => owners === 2);

it.each(share(SMALLEST, ALL))(
  'I1, I2, I3, I5, I6, I12: the model keeps every promise with %s',
  { timeout: 600_000 },
  (_, bounds) => {
    const explored = explore(scenario(bounds), { limit: 700_000 });
    expect(explored.counterexample, printed(explored)).toBeUndefined();
    expect(explored.states).toBeGreaterThan(50_000);
  },
);

it.each(share([], MASKED))('%s is enough without %j', (_, others, name, breaks) => {
  expect([...look(name, others, { toTheEnd: true }).broken]).not.toContain(breaks);
});
