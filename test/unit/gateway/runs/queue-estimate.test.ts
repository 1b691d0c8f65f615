/* I13, I14: a user's limit of queued runs holds, and no start waits for their count. */
import { expect, it } from 'vitest';
import { createQueueEstimate } from '../../../../services/gateway/runs/queue-estimate.ts';
import { quietLog } from '../../../support/log-lines.ts';

const MAX = 100_000;

/** Counts are answered by hand. */
function world() {
  const counts: { userId: string; answer(counted: number | Error): Promise<void> }[] = [];
  let now = 0;
  const count = (userId: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const answer = async (counted: number | Error) => {
      if (counted instanceof Error) reject(counted);
      else resolve(counted);
      await new Promise(setImmediate);
    };
    counts.push({ userId, answer });
    return promise;
  };
  const estimate = createQueueEstimate({ max: MAX, count, log: quietLog(), now: () => now });
  return {
    take: (userId = 'ann', leaving = 0) => estimate.take(userId, leaving),
    counts,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

it('I13: the last place in the queue goes to one of two starts at once', async () => {
  const { take, counts } = world();
  expect(take()).toBe(true);
  await counts[0]!.answer(MAX - 2);
  expect([take(), take()]).toEqual([true, false]);
});

it('a start never waits for a count, nor asks for another one while that is good', async () => {
  const { take, counts, pass } = world();
  for (let n = 0; n < 100; n += 1) expect(take()).toBe(true);
  expect(counts).toHaveLength(1);
  await counts[0]!.answer(0);
  pass(40_000);
  expect(take()).toBe(true);
  expect(counts).toHaveLength(1);
  pass(10_000);
  expect(take()).toBe(true);
  expect(counts).toHaveLength(2);
});

it('what was let in while it was counted is counted too', async () => {
  const { take, counts } = world();
  for (let n = 0; n < 10; n += 1) take();
  await counts[0]!.answer(MAX - 12);
  expect([take(), take(), take()]).toEqual([true, true, false]);
});

it('the estimate counts every second near the limit, and lets in again when runs have left the queue', async () => {
  const { take, counts, pass } = world();
  take();
  await counts[0]!.answer(MAX);
  expect(take()).toBe(false);
  pass(999);
  expect([take(), counts.length]).toEqual([false, 1]);
  pass(1);
  expect([take(), counts.length]).toEqual([false, 2]);
  await counts[1]!.answer(MAX - 1);
  expect([take(), take()]).toEqual([true, false]);
});

it('a run that takes the place of others is let in, and leaves their places', async () => {
  const { take, counts } = world();
  take();
  await counts[0]!.answer(MAX);
  // One was let in meanwhile.
  expect([take(), take('ann', 1), take('ann', 3), take(), take()]).toEqual([false, true, true, true, false]);
});

it("one user's queue says nothing of another's, and users are counted one after the other", async () => {
  const { take, counts } = world();
  take('ann');
  take('bob');
  expect(counts.map(({ userId }) => userId)).toEqual(['ann']);
  await counts[0]!.answer(MAX);
  expect([take('ann'), take('bob')]).toEqual([false, true]);
  expect(counts.map(({ userId }) => userId)).toEqual(['ann', 'bob']);
});

it('a count that fails leaves what is known, and the next one comes', async () => {
  const { take, counts, pass } = world();
  take();
  await counts[0]!.answer(MAX);
  pass(1_000);
  expect(take()).toBe(false);
  await counts[1]!.answer(new Error('out of reach'));
  expect(take()).toBe(false);
  pass(1_000);
  expect(take()).toBe(false);
  await counts[2]!.answer(0);
  expect(take()).toBe(true);
});

it('I14: the estimate remembers ten thousand users, and counts those again that it has forgotten', async () => {
  const { take, counts } = world();
  take('ann');
  await counts[0]!.answer(MAX);
  for (let n = 0; n < 10_000; n += 1) take(`user ${n}`);
  expect(take('ann')).toBe(true);
});
