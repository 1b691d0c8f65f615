import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
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

test('a run that asks for labels waits, and says for which, until a runner comes that has them all', async () => {
  const { site, client, stack } = bench;
  const other = await stack.start('runner', { GHOSTLY_LABELS: 'gpu' });
  const flow = { baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] };
  const id = await client.start({ ...flow, runnerLabels: ['gpu', 'eu-west'] });
  const plain = await client.start(flow);
  await (await client.watch(plain)).ended();
  const waitingFor = async () =>
    (await client.request<Waiting>('GET', `/v1/runs/${id}?hints=1`)).body.waitingFor;
  expect(await waitingFor()).toMatchObject({
    code: 'no_fitting_runner',
    for: expect.stringContaining('no runner with the labels eu-west, gpu is up'),
  });

  const fitting = await stack.start('runner', { GHOSTLY_LABELS: 'eu-west,gpu' });
  expect(expectWholeStream(await (await client.watch(id)).ended())).toEqual({ status: 'pass' });
  expect(await waitingFor()).toBeUndefined();
  expect(other.lines.join('\n')).not.toContain(id);
  expect(fitting.lines.join('\n')).toContain(id);
  await Promise.all([other.stop(), fitting.stop()]);
});

interface Waiting {
  waitingFor?: { code: string; for: string };
}
const WAITS = { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 };
const takes = (takesRuns: boolean, code: string) => ({ takesRuns, busy: 1, unavailable: { code } });
