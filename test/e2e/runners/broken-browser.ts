import { expect, test } from 'vitest';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import { afterThisTest } from '../../support/file-hooks.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { makeBreakableChromium } from '../../support/servers/breakable-chromium.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import type { ServiceProcess } from '../../support/stack/stack.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: ['supervisor'] });

/** For this test. */
async function startRunner(env?: NodeJS.ProcessEnv) {
  const runner = await bench.stack.start('runner', env);
  afterThisTest(() => runner.stop());
  return runner;
}

interface SeenRunner {
  pid: number;
  takesRuns: boolean;
  unavailable?: { code: string };
  trouble?: string;
  /** At its last heartbeat. */
  browsers?: number;
}

async function seen(runner: ServiceProcess): Promise<SeenRunner> {
  const { body } = await bench.client.request<{ runners: SeenRunner[] }>('GET', '/v1/system');
  return body.runners.find(({ pid }) => pid === runner.pid)!;
}

test('I13: a runner whose Chromium cannot start takes no runs, says so, and goes on by itself when it can', async () => {
  const { site, client } = bench;
  await using chromium = await makeBreakableChromium();
  await chromium.break();
  const broken = await startRunner({ CHROMIUM_PATH: chromium.path });
  const system = () => seen(broken);
  const flow = { baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] };
  const ids = await Promise.all(Array.from({ length: 10 }, () => client.start(flow)));
  await eventually(async () =>
    expect(await system()).toMatchObject({
      takesRuns: false,
      unavailable: { code: 'no_browser' },
      trouble: expect.stringContaining('Chromium'),
    }),
  );
  expect(broken.lines.join('\n')).toContain('takes no runs');

  const healthy = await startRunner();
  for (const id of ids)
    expect(expectWholeStream(await (await client.watch(id)).ended())).toEqual({ status: 'pass' });
  expect(broken.lines.join('\n')).not.toContain('claimed');
  await healthy.stop();

  const next = await client.start(flow);
  const watch = await client.watch(next);
  await chromium.mend();
  expect(expectWholeStream(await watch.ended())).toEqual({ status: 'pass' });
  await eventually(async () => expect((await system()).takesRuns).toBe(true));
});

test('I13: of 40 runs none fails because the Chromium of one of two runners breaks while they run', {
  timeout: 4 * PATIENCE_MS,
}, async () => {
  const { site, client } = bench;
  await using chromium = await makeBreakableChromium();
  const broken = await startRunner({ CHROMIUM_PATH: chromium.path });
  const hasBrowsers = (browsers: number) =>
    eventually(async () => expect(await seen(broken)).toMatchObject({ browsers }));
  await hasBrowsers(1);
  await chromium.break();
  for (const { pid } of await browsersWith(bench.stack.home)) process.kill(pid, 'SIGKILL');
  await hasBrowsers(0);
  const flow = { baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] };
  const first = await Promise.all(Array.from({ length: 10 }, () => client.start(flow)));
  await broken.logged('takes no runs');
  await startRunner();
  const rest = await Promise.all(Array.from({ length: 30 }, () => client.start(flow)));

  const runs = new Map<string, { status: string; stopReason?: string }>();
  for (const id of [...first, ...rest])
    runs.set(
      id,
      await eventually(
        async () => {
          const run = await client.read(id);
          expect(['pass', 'fail']).toContain(run.status);
          return run;
        },
        { timeoutMs: 3 * PATIENCE_MS },
      ),
    );
  expect([...runs.values()].filter(({ status }) => status !== 'pass')).toEqual([]);

  const tried = first.filter((id) => broken.lines.some((line) => line.includes(id)));
  expect(tried.length).toBeGreaterThanOrEqual(3);
  for (const id of tried) {
    const messages = await (await client.watch(id)).ended();
    expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
    expect(messages.filter(isEvent('requeued'))).toMatchObject([
      { data: { payload: { attempt: 1, error: expect.stringContaining('Chromium did not start') } } },
    ]);
    expect((await client.read(id)).steps).toHaveLength(1);
  }
});
