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
