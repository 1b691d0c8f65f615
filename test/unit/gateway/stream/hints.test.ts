/* A watcher's hint is read again if something has happened while it was being read. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Situation } from '#shared/adapters/database/run-views/situation.ts';
import { createRunHints } from '../../../../services/gateway/stream/hints.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('a hint is read again when its reading ends, if something has happened meanwhile', async () => {
  const readings: PromiseWithResolvers<object>[] = [];
  const hints = createRunHints({
    load: async (ids) => ids.map((id) => ({ id }) as Situation),
    read: () => {
      const reading = Promise.withResolvers<object>();
      readings.push(reading);
      return reading.promise;
    },
  });
  const following = hints.follow('a run', () => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(readings).toHaveLength(1);
  following.soon();
  // A look comes and finds it being read; the next one is a second later.
  await vi.advanceTimersByTimeAsync(300);
  expect(readings).toHaveLength(1);
  readings[0]!.resolve({});
  await vi.advanceTimersByTimeAsync(1);
  expect(readings).toHaveLength(2);
  readings[1]!.resolve({});
  following.leave();
});

it('I14: a run is read once a second for all who follow it, and no more when they are gone', async () => {
  let read = 0;
  const hints = createRunHints({
    load: async (ids) => ids.map((id) => ({ id }) as Situation),
    read: async () => {
      read += 1;
      return {};
    },
  });
  const following = [1, 2, 3].map(() => hints.follow('a run', () => undefined));
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toBe(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(read).toBe(4);
  for (const one of following) one.leave();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(read).toBe(4);
  const again = hints.follow('a run', () => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toBe(5);
  again.leave();
});
