import { expect, test } from 'vitest';
import { makeBreakableChromium } from '../support/breakable-chromium.ts';
import { eventually } from '../support/eventually.ts';
import { expectWholeStream } from '../support/run-stream.ts';
import { startSite } from '../support/site.ts';
import { createStack } from '../support/stack.ts';

interface SeenRunner {
  pid: number;
  takesRuns: boolean;
  trouble?: string;
}

test('I13: a runner whose Chromium cannot start takes no runs, says so, and goes on by itself when it can', async () => {
  const [stack, site] = await Promise.all([createStack(), startSite()]);
  await using chromium = await makeBreakableChromium();
  try {
    await chromium.break();
    const [gateway, broken] = await Promise.all([
      stack.start('gateway'),
      stack.start('runner', { CHROMIUM_PATH: chromium.path }),
      stack.start('supervisor'),
    ]);
    const client = await stack.clientOf(gateway);
    const system = async () => {
      const { body } = await client.request('GET', '/v1/system');
      return (body as { runners: SeenRunner[] }).runners.find(({ pid }) => pid === broken.pid)!;
    };
    const flow = { baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] };
    const ids = await Promise.all(Array.from({ length: 10 }, () => client.start(flow)));
    await eventually(async () =>
      expect(await system()).toMatchObject({
        takesRuns: false,
        trouble: expect.stringContaining('Chromium'),
      }),
    );
    expect(broken.lines.join('\n')).toContain('takes no runs');

    const healthy = await stack.start('runner');
    for (const id of ids)
      expect(expectWholeStream(await (await client.watch(id)).ended(30_000))).toEqual({ status: 'pass' });
    expect(broken.lines.join('\n')).not.toContain('claimed');
    await healthy.stop();

    const next = await client.start(flow);
    const watch = await client.watch(next);
    await chromium.mend();
    expect(expectWholeStream(await watch.ended(40_000))).toEqual({ status: 'pass' });
    await eventually(async () => expect((await system()).takesRuns).toBe(true));
  } finally {
    await site.close();
  }
});
