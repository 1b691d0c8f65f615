/* I13: many who ask cost one reading in a given time, and one that fails is repeated. */
import { expect, it } from 'vitest';
import { sharedReading } from '../../../../services/gateway/service/shared-reading.ts';

it('I13: many who ask cost one reading in so long, and have what it read', async () => {
  let [clock, count] = [0, 0];
  const read = sharedReading(
    async () => (count += 1),
    1_000,
    () => clock,
  );
  expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1]);
  clock = 999;
  expect(await read()).toBe(1);
  clock = 1_000;
  expect(await Promise.all([read(), read()])).toEqual([2, 2]);
});

it('one that fails is asked for again', async () => {
  let fails = true;
  const read = sharedReading(async () => {
    if (fails) throw new Error('gone');
    return 'here';
  });
  await expect(read()).rejects.toThrow('gone');
  fails = false;
  expect(await read()).toBe('here');
});
