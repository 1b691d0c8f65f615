/* An outage that several gateways saw is shown as one, and goes on while one gateway still has it. */
import { expect, it } from 'vitest';
import { mergedOutages } from '../../../../services/gateway/service/last-hour.ts';

const at = (second: number) => new Date(second * 1_000);
const iso = (second: number) => at(second).toISOString();
const seen = (name: string, since: number, until?: number) => ({
  name,
  since: at(since),
  until: until === undefined ? null : at(until),
});

it('what several gateways did not reach at a time is one outage, of each server by itself', () => {
  expect(
    mergedOutages([
      seen('database', 10, 20),
      seen('nats', 11, 12),
      seen('database', 12, 25),
      seen('database', 13, 14),
      seen('database', 30, 40),
    ]),
  ).toEqual([
    { name: 'database', since: iso(10), until: iso(25) },
    { name: 'nats', since: iso(11), until: iso(12) },
    { name: 'database', since: iso(30), until: iso(40) },
  ]);
});

it('an outage that one gateway still has goes on', () => {
  expect(mergedOutages([seen('nats', 1, 5), seen('nats', 2), seen('nats', 9, 10)])).toEqual([
    { name: 'nats', since: iso(1) },
  ]);
});
