/* Results of runs that did not end by themselves. */
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { expectWholeStream, leftLate } from '../../support/http/run-stream.ts';
import { isEvent, isRunEnd } from '../../support/http/sse.ts';
import { startLabelled, useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();

const startRunner = (label: string) => startLabelled(bench.stack, label);

const start = (steps: { action: string; [field: string]: unknown }[], more: object = {}) =>
  bench.client.start({ baseUrl: bench.site.url, ...more, steps });

const ORDERS = { action: 'goto', url: '/orders' };
const TOTAL = { action: 'extract', name: 'total', selector: '#total', schema: { type: 'number' } };

test('I9: a run whose runner is killed has the results that were kept, also in its last event', async () => {
  const runner = await startRunner('lost');
  const id = await start([ORDERS, TOTAL, { action: 'goto', url: '/gate?lost' }], { runnerLabels: ['lost'] });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 2));
  runner.signal('SIGKILL');
  await runner.exited;
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({ staleAfterRestart: true, results: { total: 1207.5 } });
  expect(await bench.client.read(id)).toMatchObject({ status: 'fail', results: { total: 1207.5 } });
});

test('a run that starts again has nothing of its lost attempt', async () => {
  const first = await startRunner('again');
  const steps = [
    ORDERS,
    TOTAL,
    { action: 'goto', url: '/gate?again' },
    { ...TOTAL, name: 'later', when: { visible: '#total' } },
  ];
  const id = await start(steps, { runnerLabels: ['again'], onRunnerLoss: 'requeue' });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 2));
  expect(await bench.client.read(id, '?hints=1')).toMatchObject({ results: { total: 1207.5 } });
  first.signal('SIGKILL');
  await first.exited;
  await watch.until(isEvent('requeued'));
  expect(await bench.client.read(id, '?hints=1')).not.toHaveProperty('results');
  const second = await startRunner('again');
  bench.site.release('/gate?again');
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass', results: { total: 1207.5 } });
  expect(await bench.client.read(id)).toMatchObject({ attempt: 2, results: { total: 1207.5 } });
  await second.stop();
});

test.each([
  ['expect', { action: 'expect', is: 'visible', selector: '#never' }],
  ['expect of a number', { action: 'expect', is: 'count', selector: '.one', gte: 9 }],
  ['extract', { action: 'extract', name: 'never', selector: '#never' }],
  [
    'extract that is to be tried again',
    {
      action: 'extract',
      name: 'never',
      selector: '#never',
      timeoutMs: 500,
      retry: { times: 5, delayMs: 60_000 },
    },
  ],
])('I4: a cancel cuts off a waiting %s, and what was found stays', async (_, step) => {
  const id = await start([ORDERS, TOTAL, step]);
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 2));
  await bench.client.cancel(id);
  const messages = await watch.ended();
  expect(leftLate(messages)).toEqual([]);
  const [end] = messages.filter(isRunEnd);
  expect(end?.data.payload).toMatchObject({ cancelled: true, results: { total: 1207.5 } });
  await eventually(async () =>
    expect(await bench.client.read(id)).toMatchObject({ status: 'fail', results: { total: 1207.5 } }),
  );
});

test('too large a result fails its step, and what was kept stays', async () => {
  const id = await start([
    ORDERS,
    TOTAL,
    { action: 'click', selector: '#grow' },
    { action: 'extract', name: 'large', selector: '#large' },
  ]);
  const messages = await (await bench.client.watch(id)).ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'fail', results: { total: 1207.5 } });
  expect(messages.find(isEvent('step_failure', 3))?.data.payload?.error).toBe(
    'extract #large: the result is larger than 65536 bytes',
  );
});
