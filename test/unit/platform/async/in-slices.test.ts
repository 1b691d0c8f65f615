/* I13: a long computation leaves time to others, and a short one does not wait for its end. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inSlices, type Sliced } from '#shared/platform/async/in-slices.ts';

/** Computes for about `ms` in all, and rests after each of them. */
function* busy(ms: number): Sliced<number> {
  for (let done = 0; done < ms; done += 1) {
    const until = performance.now() + 1;
    while (performance.now() < until);
    yield;
  }
  return ms;
}

describe('I13: a long computation in slices', () => {
  it('comes to its result', async () => {
    expect(await inSlices(busy(12))).toBe(12);
  });

  it('leaves turns of the event loop to others, however many there are', async () => {
    let turns = 0;
    let over = false;
    const counting = (async () => {
      for (; !over; turns += 1) await setImmediate();
    })();
    await Promise.all(Array.from({ length: 10 }, () => inSlices(busy(12))));
    over = true;
    await counting;
    expect(turns).toBeGreaterThan(15);
  });

  it('takes turns: a short one does not wait for the end of a long one that came before', async () => {
    const order: string[] = [];
    const long = inSlices(busy(60)).then(() => order.push('long'));
    const short = inSlices(busy(1)).then(() => order.push('short'));
    await Promise.all([long, short]);
    expect(order).toEqual(['short', 'long']);
  });

  it('ends with what it throws, or when the signal is raised', async () => {
    // biome-ignore lint/correctness/useYield: it fails before it would rest
    const failing = function* (): Sliced<never> {
      throw new Error('no way');
    };
    await expect(inSlices(failing())).rejects.toThrow('no way');
    const stop = new AbortController();
    const stopped = inSlices(busy(10_000), stop.signal);
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
  });
});
