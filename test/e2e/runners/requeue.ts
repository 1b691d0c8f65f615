import { expect, test } from 'vitest';
import { eventually, scaledMs } from '../../support/eventually.ts';
import { expectWholeStream, statusesOf } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const TIMES = {
  GHOSTLY_LEASE_MS: String(scaledMs(4_000)),
  GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(600)),
};

const bench = useStack({ besides: ['supervisor'] });
const startRunner = () => bench.stack.start('runner', TIMES);

/** A run that wants to survive its runner, and waits within its second step. */
async function start(tag: string) {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    onRunnerLoss: 'requeue',
    steps: [
      { action: 'goto', url: '/plain' },
      { action: 'goto', url: `/gate?${tag}`, timeoutMs: 120_000 },
    ],
  });
  return { id, watch: await bench.client.watch(id) };
}

/** One that has a step behind it. */
async function startWaiting(tag: string) {
  const run = await start(tag);
  await run.watch.until(isEvent('step_start', 1));
  return run;
}

test('I2, I5, I6: a run whose runner is killed starts again on another one, and its stream goes on', async () => {
  const first = await startRunner();
  const { id, watch } = await startWaiting('again');
  first.signal('SIGKILL');
  await first.exited;
  const second = await startRunner();
  await watch.until(isEvent('requeued'));
  bench.site.release('/gate?again');

  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(statusesOf(messages)).toEqual(['running', 'pass']);
  const run = await bench.client.read(id);
  expect(run).toMatchObject({
    status: 'pass',
    attempt: 2,
    steps: [
      { index: 0, ok: true, attempt: 1 },
      { index: 0, ok: true, attempt: 2 },
      { index: 1, ok: true, attempt: 2 },
    ],
  });

  // NATS has had all of it, in order, though three processes published it.
  await using reader = await connectReader(bench.stack.nats.readerUrl);
  const published = await eventually(async () => {
    const stored = await reader.stored(id);
    expect(stored.at(-1)?.data.kind).toBe('end');
    return stored;
  });
  const seqs = published.flatMap(({ data }) => data.seq ?? []);
  expect(seqs).toEqual(seqs.map((_, n) => n + 1));
  await second.stop();
});

test('I5: a run that loses its first runner before its browser is ready has its restart left', async () => {
  // Those of the runner before.
  await eventually(async () => expect(await browsersWith(bench.stack.home)).toEqual([]));
  const first = await startRunner();
  await startWaiting('before');
  // It gives no further page.
  const [browser] = await browsersWith(bench.stack.home);
  process.kill(browser!.pid, 'SIGSTOP');
  const { id, watch } = await start('early');
  await watch.until(({ data }) => data.payload?.to === 'running.launching');
  first.signal('SIGKILL');
  await first.exited;

  const next = await startRunner();
  await watch.until(isEvent('step_start', 1));
  expect((await bench.client.read(id)).attempt).toBeUndefined();
  next.signal('SIGKILL');
  await next.exited;
  const last = await startRunner();
  bench.site.release('/gate?early');

  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(messages.filter(isEvent('requeued')).map(({ data }) => data.payload)).toEqual([
    expect.objectContaining({ attempt: 1, returned: true, verdict: expect.objectContaining({ epoch: 1 }) }),
    expect.not.objectContaining({ returned: true }),
  ]);
  expect(await bench.client.read(id)).toMatchObject({ status: 'pass', attempt: 2 });
  await last.stop();
});
