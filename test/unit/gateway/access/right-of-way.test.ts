/* I13: cancels keep others waiting for a moment at most, and for less than a third of the time. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createRightOfWay } from '../../../../services/gateway/access/right-of-way.ts';

/** Longer than any test takes. */
const LONG_MS = 2 ** 30;

/** Has a clock of its own; `passes` reads whether nothing is in the way. */
function rightOfWay(longestMs: number) {
  let ms = 0;
  const right = createRightOfWay(longestMs, () => ms);
  const passes = async () => {
    let given = false;
    void right.give().then(() => {
      given = true;
    });
    await turn();
    return given;
  };
  const wait = (passed: number) => {
    ms += passed;
  };
  return { ...right, passes, wait };
}

it('I13: the right of way lasts for a moment, though nobody gives it back', async () => {
  const { take, give } = rightOfWay(1);
  take();
  take();
  await give();
});

it('the right of way is over when the last of those that have it gives it back, however often one does', async () => {
  const { take, passes } = rightOfWay(LONG_MS);
  const [first, second] = [take(), take()];
  expect(await passes()).toBe(false);
  first();
  first();
  expect(await passes()).toBe(false);
  second();
  expect(await passes()).toBe(true);
});

it('I13: the right of way is had for less than a third of the time by those who cancel without end', async () => {
  const { take, passes, wait } = rightOfWay(LONG_MS);
  let had = 0;
  // Always two at once, one after the other.
  let before = take();
  for (let n = 0; n < 10_000; n += 1) {
    const next = take();
    if (!(await passes())) had += 1;
    wait(5);
    before();
    before = next;
  }
  before();
  expect(had / 10_000).toBeGreaterThan(0.2);
  expect(had / 10_000).toBeLessThan(1 / 3);
});
