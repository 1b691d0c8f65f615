/* Artifacts go to the store in their order, those that failed last, and each counts once. */
import { expect, it } from 'vitest';
import { createWaiting, type Waiting } from '../../../../services/runner/artifacts/waiting.ts';

const fileOf = (waiting: Waiting, path: string) => [...waiting].find((file) => file.path === path)!;

it('the queue of artifacts gives what waits in its order, but what is under way or not due, and what failed last', () => {
  const waiting = createWaiting();
  expect([waiting.next(0), waiting.nextDueAt]).toEqual([undefined, Number.POSITIVE_INFINITY]);
  for (const path of ['a', 'b', 'c']) waiting.add({ path, bytes: 10 }, { isLeft: false });
  expect(waiting.next(0)?.path).toBe('a');
  fileOf(waiting, 'a').isUnderWay = true;
  expect(waiting.next(0)?.path).toBe('b');
  fileOf(waiting, 'a').isUnderWay = false;
  waiting.postpone('a');
  expect(waiting.next(0)?.path).toBe('b');
  waiting.remove('b');
  fileOf(waiting, 'c').dueAt = 5;
  expect(waiting.next(4)?.path).toBe('a');
  fileOf(waiting, 'a').dueAt = 7;
  expect([waiting.next(4), waiting.nextDueAt]).toEqual([undefined, 5]);
  expect(waiting.next(5)?.path).toBe('c');
});

it('the queue of artifacts counts each file once, and what is reserved', () => {
  const waiting = createWaiting();
  const release = waiting.reserve(5);
  waiting.add({ path: 'a', bytes: 10 }, { isLeft: false });
  waiting.add({ path: 'a', bytes: 10 }, { isLeft: true });
  expect([waiting.size, waiting.bytes]).toEqual([1, 15]);
  release();
  waiting.postpone('a');
  waiting.postpone('unknown');
  expect([waiting.size, waiting.bytes]).toEqual([1, 10]);
  waiting.remove('a');
  waiting.remove('a');
  expect([waiting.size, waiting.bytes]).toEqual([0, 0]);
});

it.each([
  [false, true],
  [true, false],
])('what this runner has put is its own, whether it was found or put first', (first, second) => {
  const waiting = createWaiting();
  waiting.add({ path: 'a', bytes: 10 }, { isLeft: first });
  waiting.add({ path: 'a', bytes: 10 }, { isLeft: second });
  expect(waiting.next(0)?.isLeft).toBe(false);
});
