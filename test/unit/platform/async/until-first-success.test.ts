/* Work that failed is done again when it is next asked for, and work that succeeded is not. */
import { expect, it } from 'vitest';
import { untilFirstSuccess } from '#shared/platform/async/until-first-success.ts';

it('work that failed is done again, work that was done is not', async () => {
  const outcomes = [Promise.reject(new Error('no file')), Promise.resolve('loaded')];
  for (const outcome of outcomes) outcome.catch(() => undefined);
  const load = untilFirstSuccess(() => outcomes.shift()!);
  const [first, meanwhile] = [load(), load()];
  await expect(first).rejects.toThrow('no file');
  await expect(meanwhile).rejects.toThrow('no file');
  expect(await load()).toBe('loaded');
  expect(await load()).toBe('loaded');
});
