/* Runs of a serial task never overlap, and each call is answered by one that began after it. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSerialTask, type RunsAgain } from '#shared/platform/async/serial-task.ts';

/** Work that the test ends, run by run. */
function heldTask(onError: (error: unknown) => number | undefined = () => undefined) {
  const runs: PromiseWithResolvers<RunsAgain>[] = [];
  const waiting: (() => void)[] = [];
  const task = createSerialTask(() => {
    const run = Promise.withResolvers<RunsAgain>();
    runs.push(run);
    for (const wake of waiting.splice(0)) wake();
    return run.promise;
  }, onError);
  const begun = async (n: number) => {
    while (runs.length < n) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { task, runs, begun };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const LATER_MS = 1_000_000;

describe('a serial task', () => {
  it('begins at once when nothing runs', async () => {
    const { task, runs } = heldTask();
    expect(task.running).toBe(false);
    const first = task.run();
    expect([runs.length, task.running]).toEqual([1, true]);
    runs[0]!.resolve();
    await first;
    expect(task.running).toBe(false);
    void task.run();
    expect(runs).toHaveLength(2);
  });

  it('answers all calls of one run by one more, which begins when that is over', async () => {
    const { task, runs, begun } = heldTask();
    void task.run();
    const ended: string[] = [];
    const later = ['a', 'b', 'c'].map((name) => task.run().then(() => ended.push(name)));
    expect(runs).toHaveLength(1);
    runs[0]!.resolve();
    await begun(2);
    await settled();
    expect(ended).toEqual([]);
    runs[1]!.resolve();
    await Promise.all(later);
    expect([ended, runs.length, task.running]).toEqual([['a', 'b', 'c'], 2, false]);
  });

  it('runs once more for a call out of its own work', async () => {
    let runs = 0;
    const task = createSerialTask(
      async () => {
        runs += 1;
        if (runs === 1) void task.run();
      },
      () => undefined,
    );
    await task.run();
    await settled();
    expect(runs).toBe(2);
  });

  it('goes on after a failure, for callers that asked meanwhile', async () => {
    const errors: unknown[] = [];
    const { task, runs, begun } = heldTask((error) => void errors.push(error));
    const first = task.run();
    const second = task.run();
    runs[0]!.reject('refused');
    await first;
    await begun(2);
    runs[1]!.resolve();
    await second;
    expect(errors).toEqual(['refused']);
  });

  it('answers who asked during a run that failed when it is time to try again, and not before', async () => {
    const { task, runs } = heldTask(() => LATER_MS);
    void task.run();
    const asked = task.run();
    runs[0]!.reject('refused');
    await settled();
    expect([runs.length, task.running]).toEqual([1, false]);
    void task.run();
    runs[1]!.resolve();
    await asked;
    void task.run();
    const never = task.run();
    runs[2]!.reject('refused');
    await settled();
    await Promise.all([task.close(), never]);
    expect(runs).toHaveLength(3);
  });

  it('runs again by itself when its work or its failure says so', async () => {
    const { task, runs, begun } = heldTask(() => 1);
    void task.run();
    runs[0]!.resolve(1);
    await begun(2);
    runs[1]!.reject('refused');
    await begun(3);
    runs[2]!.resolve();
    await settled();
    expect([runs.length, task.running]).toEqual([3, false]);
  });

  it('is run for the earliest of several delays, and at once for a call without one', async () => {
    const { task, runs, begun } = heldTask();
    task.runIn(LATER_MS);
    task.runIn(1);
    task.runIn(LATER_MS);
    await begun(1);
    task.runIn(1);
    runs[0]!.resolve(LATER_MS);
    await begun(2);
    runs[1]!.resolve(LATER_MS);
    await settled();
    void task.run();
    expect(runs).toHaveLength(3);
    await Promise.all([task.close(), runs[2]!.resolve()]);
  });

  it('waits, when it is closed, for the run under way, and begins no other', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { task, runs } = heldTask();
    void task.run();
    const asked = task.run();
    task.runIn(1);
    let closed = false;
    const closing = task.close().then(() => {
      closed = true;
    });
    await settled();
    expect(closed).toBe(false);
    runs[0]!.resolve(1);
    await Promise.all([closing, asked, task.run()]);
    task.runIn(1);
    await vi.advanceTimersByTimeAsync(LATER_MS);
    expect([runs.length, task.running]).toEqual([1, false]);
  });

  it('goes on after an `onError` that throws, and tells of that', async () => {
    const { task, runs } = heldTask(() => {
      throw new Error('the handler is broken');
    });
    const first = task.run();
    runs[0]!.reject(new Error('lost'));
    await expect(first).rejects.toThrow('the handler is broken');
    expect(task.running).toBe(false);
    const second = task.run();
    runs[1]!.resolve();
    await second;
  });
});
