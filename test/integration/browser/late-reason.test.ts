/* The runner is held up for longer than Playwright may be late with its reason. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserBench, createBench, LIVE } from './fixture.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench?.[Symbol.asyncDispose]());

function holdUp(ms: number) {
  const start = performance.now();
  while (performance.now() < start + ms);
}

test.each([
  ['in its end', 900, 1_500, true],
  ['when it begins', 2_000, 1_000, false],
])(
  'a runner that is too busy to hear of it in time still tells the reason: %s',
  async (_, timeoutMs, ms, isUnderWay) => {
    const run = await bench.open(
      bench.flow([
        { action: 'goto', url: '/form' },
        { action: 'click', selector: '#nothing', timeoutMs },
      ]),
    );
    await run.perform(0, LIVE);
    const performing = run.perform(1, LIVE);
    if (isUnderWay) await run.look('flow', 1);
    holdUp(ms);
    const { error } = await performing;
    await run.close({ keepVideo: false, reason: 'test over' });
    expect(error).toBe(`click #nothing: timed out after ${timeoutMs} ms, no element matches the selector`);
  },
);
