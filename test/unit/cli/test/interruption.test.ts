/* The first signal cancels the batch, a second one leaves at once, and five seconds later all is over. */
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { cancelOnStop, orLeft, timeAfter } from '../../../../services/cli/test/interruption.ts';
import { handSignals } from './fixture.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function interrupted(cancel: () => Promise<void>) {
  const { stop, send } = handSignals();
  const time = timeAfter(stop);
  onTestFinished(() => {
    time[Symbol.dispose]();
    stop.dispose();
  });
  const over = () => [time.start, time.end, time.state, time.all].map(({ aborted }) => aborted);
  return { stop, send, time, over, interruption: cancelOnStop(stop, time, cancel) };
}

test('a signal cancels once; a second one leaves at once', async () => {
  const cancel = vi.fn(async () => undefined);
  const { send, over, interruption } = interrupted(cancel);
  send();
  expect(await interruption.failure()).toBeUndefined();
  send(100); // npm passes on what the terminal has sent already
  expect([cancel.mock.calls.length, ...over()]).toEqual([1, false, false, false, false]);
  send(1_000);
  expect([cancel.mock.calls.length, ...over()]).toEqual([1, true, true, true, true]);
});

test('all that follows a signal is over after five seconds', async () => {
  const { send, over, interruption } = interrupted(async () => undefined);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(over()).toEqual([false, false, false, false]);
  send();
  await interruption.failure();
  for (const [ms, expected] of [
    [1_999, [false, false, false, false]],
    [1_001, [true, true, false, false]],
    [1_000, [true, true, true, false]],
    [1_000, [true, true, true, true]],
  ] as const) {
    await vi.advanceTimersByTimeAsync(ms);
    expect(over()).toEqual(expected);
  }
});

test('where the cancel is refused, the end is not waited for', async () => {
  const refusal = new Error('no');
  const { send, over, interruption } = interrupted(() => Promise.reject(refusal));
  send();
  expect(await interruption.failure()).toBe(refusal);
  expect(over()).toEqual([false, true, false, false]);
});

test('a signal after the end cancels nothing', async () => {
  const cancel = vi.fn(async () => undefined);
  const { stop, send, interruption } = interrupted(cancel);
  interruption[Symbol.dispose]();
  send();
  await stop.first;
  expect(cancel).not.toHaveBeenCalled();
});

test('what does not end is left behind', async () => {
  const left = new AbortController();
  const leaving = orLeft(left.signal, new Promise(() => undefined));
  left.abort(new Error('left'));
  await expect(leaving).rejects.toThrow('left');
  await expect(orLeft(left.signal, Promise.resolve(1))).rejects.toThrow('left');
  expect(await orLeft(new AbortController().signal, Promise.resolve(1))).toBe(1);
});
