/* I13: work waits only for work of the same name, in its order, and too much of it is refused. */
import { expect, it } from 'vitest';
import { TooManyWaitingError } from '#shared/platform/async/turns.ts';
import { createTurnsByName } from '../../../../services/gateway/access/turns-by-name.ts';

it('I13: the queue by names lets one name wait for itself and for nobody else, in order, and refuses what is too many', async () => {
  const inTurn = createTurnsByName({ atOnce: 2, waiting: 2 });
  const begun: string[] = [];
  const work = (name: string, label: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const result = inTurn.take(name, async () => {
      begun.push(label);
      await promise;
      return label;
    });
    return { result, end: resolve };
  };
  const [a1, a2, a3, a4] = ['a1', 'a2', 'a3', 'a4'].map((label) => work('a', label));
  await expect(work('a', 'a5').result).rejects.toThrow(TooManyWaitingError);
  const b = work('b', 'b1');
  await Promise.resolve();
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  a2!.end();
  expect(await a2!.result).toBe('a2');
  for (const next of [a1, a3, a4, b]) next!.end();
  expect(await Promise.all([a1, a3, a4, b].map((one) => one!.result))).toEqual(['a1', 'a3', 'a4', 'b1']);
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
});

it('the queue by names gives the place of a work that failed to the next', async () => {
  const inTurn = createTurnsByName({ atOnce: 1, waiting: 1 });
  const failing = inTurn.take('a', () => Promise.reject(new Error('failed')));
  const next = inTurn.take('a', () => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('failed');
  expect(await next).toBe('next');
});
