/* I13: webhooks of one user whose names are not answered leave lookups to others. */
import { expect, it } from 'vitest';
import { createNames } from '#shared/adapters/egress/names.ts';
import { lookupsOfUsers } from '../../../../services/supervisor/webhooks/lookups.ts';

it('I13: names of one user that are not answered leave lookups to others, also after their attempts', async () => {
  const slow = Promise.withResolvers<string[]>();
  let threads = 0;
  const names = createNames((name) => {
    threads += 1;
    return name.startsWith('slow') ? slow.promise : Promise.resolve(['127.0.0.1']);
  });
  const lookupFor = lookupsOfUsers(names);
  // Each attempt asks for its own, and nobody waits for the first ones any more.
  const asked = Array.from({ length: 40 }, (_, n) => lookupFor('ann')(`slow${n}.example.com`));
  expect(await lookupFor('ben')('quick.example.com')).toEqual(['127.0.0.1']);
  expect(threads).toBe(9);
  slow.resolve(['127.0.0.2']);
  expect(await Promise.all(asked)).toHaveLength(40);
});
