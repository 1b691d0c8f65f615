/* By the clock: the runner is held up for as long as Playwright may be late with its reason. */
import { expect, test } from 'vitest';
import { createBench, LIVE } from './fixture.ts';

test('a runner that is too busy to hear of it in time still tells the reason', async () => {
  await using bench = await createBench();
  const run = await bench.open(
    bench.flow([
      { action: 'goto', url: '/form' },
      { action: 'click', selector: '#nothing', timeoutMs: 300 },
    ]),
  );
  await run.perform(0, LIVE);
  const performing = run.perform(1, LIVE);
  const start = performance.now();
  const busy = setTimeout(() => {
    while (performance.now() < start + 380);
  }, 230);
  const { error } = await performing;
  clearTimeout(busy);
  await run.close({ keepVideo: false, reason: 'test over' });
  expect(error).toBe('click #nothing: timed out after 300 ms, no element matches the selector');
});
