import { expect, test } from 'vitest';
import { isEvent } from '../../support/http/sse.ts';
import type { ServiceProcess } from '../../support/stack/service-process.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: ['supervisor'] });

const ask = async (service: ServiceProcess, path: string) => {
  const { health } = JSON.parse(await service.logged('"msg":"ready"')) as { health: number };
  const answer = await fetch(`http://127.0.0.1:${health}${path}`);
  return { status: answer.status, body: await answer.json() };
};
const OK = { status: 200, body: { ok: true } };

test('a supervisor and a runner say that they are ready; a runner that drains is alive, but not ready for runs', async () => {
  const env = { GHOSTLY_HEALTH_PORT: '0', GHOSTLY_DRAIN_MS: '120000', RUNNER_SLOTS: '1' };
  const [runner, supervisor] = await Promise.all([
    bench.stack.start('runner', env),
    bench.stack.start('supervisor', env),
  ]);
  expect(await ask(supervisor, '/ready')).toEqual(OK);

  const run = await bench.client.start({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/gated?health' },
      { action: 'waitForSelector', selector: '#opened', timeoutMs: 120_000 },
    ],
  });
  const watch = await bench.client.watch(run);
  await watch.until(isEvent('step_start', 1));
  expect(await ask(runner, '/ready')).toEqual(OK); // though it is full

  runner.signal('SIGTERM');
  await runner.logged('draining');
  expect(await ask(runner, '/health')).toEqual(OK);
  expect(await ask(runner, '/ready')).toEqual({
    status: 503,
    body: { ok: false, error: 'not ready', missing: ['runs'] },
  });
  bench.site.release('/gate?health');
  await watch.ended();
  expect(await runner.exited).toEqual({ code: 0, signal: null });
  expect(await supervisor.stop()).toBe(true);
});
