/* The address of a name is not forgotten because an older lookup of it fails later. */
import { expect, it } from 'vitest';
import { createNames } from '#shared/adapters/egress/names.ts';

it('keeps a newer answer when an older lookup of the same name fails late', async () => {
  let now = 0;
  const lookups: PromiseWithResolvers<string[]>[] = [];
  const resolve = () => {
    lookups.push(Promise.withResolvers<string[]>());
    return lookups.at(-1)!.promise;
  };
  const look = createNames(resolve, () => now)();
  const first = look('slow.example');
  now = 6_000;
  const second = look('slow.example');
  lookups[1]!.resolve(['192.0.2.1']);
  expect(await second).toEqual(['192.0.2.1']);
  lookups[0]!.reject(new Error('no answer'));
  await expect(first).rejects.toThrow('no answer');
  expect(await look('slow.example')).toEqual(['192.0.2.1']);
});
