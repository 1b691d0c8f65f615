/* The runner is held up for longer than Playwright may be late with its reason. */
import { expect, test } from 'vitest';
import { createBench, LIVE } from './fixture.ts';

test('a runner that is too busy to hear of it in time still tells the reason', async () => {
  await using bench = await createBench();
  const run = await bench.open(
    bench.flow([
      { action: 'goto', url: '/form' },
      { action: 'click', selector: '#nothing', timeoutMs: 900 },
    ]),
  );
  await run.perform(0, LIVE);
  const performing = run.perform(1, LIVE);
  await run.look('flow', 1);
  const start = performance.now();
  while (performance.now() < start + 1_500);
  const { error } = await performing;
  await run.close({ keepVideo: false, reason: 'test over' });
  expect(error).toBe('click #nothing: timed out after 900 ms, no element matches the selector');
});
