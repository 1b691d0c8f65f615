import { expect, it } from 'vitest';
import { createWaiting } from '../../../services/runner/artifacts/waiting.ts';

const NONE: ReadonlySet<string> = new Set();

it('gives what waits in its order, but what was tried, and what failed last', () => {
  const waiting = createWaiting();
  for (const path of ['a', 'b', 'c']) waiting.add({ path, bytes: 10 }, { isLeft: false });
  expect(waiting.next(NONE)?.path).toBe('a');
  expect(waiting.next(new Set(['a']))?.path).toBe('b');
  waiting.postpone('a');
  expect(waiting.next(new Set(['b', 'c']))?.path).toBe('a');
  waiting.remove('b');
  expect(waiting.next(NONE)?.path).toBe('c');
  expect(waiting.next(new Set(['a', 'c']))).toBeUndefined();
});

it('counts each file once, and what is reserved', () => {
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
  expect(waiting.next(NONE)?.isLeft).toBe(false);
});
