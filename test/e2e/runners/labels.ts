import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { isEvent } from '../../support/http/sse.ts';
import type { ServiceProcess } from '../../support/stack/stack.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: ['supervisor'] });

interface SeenRunner {
  pid: number;
  labels: string[];
  slots: number;
  busy: number;
  takesRuns: boolean;
  unavailable?: { code: string };
}

async function seen(runner: ServiceProcess): Promise<SeenRunner | undefined> {
  const { body } = await bench.client.request<{ runners: SeenRunner[] }>('GET', '/v1/system');
  return body.runners.find(({ pid }) => pid === runner.pid);
}

test('a runner registers its capacity and labels, says why it claims nothing, and is forgotten when it has left', async () => {
  const { site, client, stack } = bench;
  const env = { GHOSTLY_LABELS: 'gpu, eu-west', RUNNER_SLOTS: '1', GHOSTLY_DRAIN_MS: '120000' };
  const runner = await stack.start('runner', env);
  await eventually(async () => {
    const now = await seen(runner);
    expect(now).toMatchObject({ labels: ['eu-west', 'gpu'], slots: 1, busy: 0, takesRuns: true });
    expect(now).not.toHaveProperty('unavailable');
  });

  const flow = { baseUrl: site.url, steps: [{ action: 'goto', url: '/held?labels' }, WAITS] };
  const id = await client.start(flow);
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  await eventually(async () => expect(await seen(runner)).toMatchObject(takes(true, 'full')));

  runner.signal('SIGTERM');
  await eventually(async () => expect(await seen(runner)).toMatchObject(takes(false, 'draining')));
  await client.request('POST', `/v1/runs/${id}/cancel`);
  await runner.exited;
  expect(await seen(runner)).toBeUndefined();
});

const WAITS = { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 };
const takes = (takesRuns: boolean, code: string) => ({ takesRuns, busy: 1, unavailable: { code } });
