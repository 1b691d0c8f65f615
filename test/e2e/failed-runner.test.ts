/* I5, I13: a runner in which nothing catches an error hands back or ends each of its runs, and exits. */
import { expect, test } from 'vitest';
import { rows } from '../support/database/rows.ts';
import { PATIENCE_MS, scaledMs } from '../support/eventually.ts';
import { expectWholeStream } from '../support/http/run-stream.ts';
import { isEvent } from '../support/http/sse.ts';
import { extendedOnly } from '../support/share.ts';
import { browsersWith } from '../support/stack/leaks.ts';
import { useStack } from '../support/stack/use-stack.ts';

/** Two of its runs wait until a lease is over; before that a busy machine keeps it. */
const TIMES = {
  GHOSTLY_LEASE_MS: String(scaledMs(8_000)),
  GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(2_000)),
};
const bench = useStack({ besides: ['supervisor'], env: TIMES });

/** Throws in the process that loads it, when it gets the signal, what nothing catches. */
const THROWS = `process.on('SIGUSR2', () => setImmediate(() => { throw new Error('nothing catches this'); }));`;
/** Runs of this name count as put back into the queue once already, before anything of them had begun. */
const RETURNED = `
  create function mark_returned() returns trigger language plpgsql as $$
  begin
    new.snapshot := jsonb_set(new.snapshot, '{machine,context,returned}', 'true');
    return new;
  end $$;
  create trigger mark_returned before insert on runs for each row when (new.name = 'returned')
    execute function mark_returned()`;
const FAILS = {
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(THROWS)}`,
  RUNNER_SLOTS: '5',
};

async function startWaiting(tag: string, more: object = {}) {
  const steps = [
    { action: 'goto', url: '/plain' },
    { action: 'goto', url: `/gate?${tag}`, timeoutMs: 120_000 },
  ];
  const id = await bench.client.start({ baseUrl: bench.site.url, steps, ...more });
  const watch = await bench.client.watch(id);
  return { id, watch };
}

test('I5, I13: a runner in which nothing catches an error hands back its runs, stores the ends of the others, and exits', async () => {
  await rows(bench.stack.databaseUrl, RETURNED);
  const failing = await bench.stack.start('runner', FAILS);
  const [acting, again] = [
    await startWaiting('fails'),
    await startWaiting('again', { onRunnerLoss: 'requeue' }),
  ];
  await Promise.all([acting, again].map(({ watch }) => watch.until(isEvent('step_start', 1))));
  const [browser] = await browsersWith(bench.stack.home);
  process.kill(browser!.pid, 'SIGSTOP');
  const [launching, returned, spent] = [
    await startWaiting('launching'),
    await startWaiting('returned', { name: 'returned', onRunnerLoss: 'requeue' }),
    await startWaiting('spent', { name: 'returned' }),
  ];
  for (const { watch } of [launching, returned, spent])
    await watch.until(({ data }) => data.payload?.to === 'running.launching');

  failing.signal('SIGUSR2');
  expect(await failing.exited).toMatchObject({ code: 1 });
  expect(expectWholeStream(await acting.watch.ended())).toMatchObject({ status: 'fail' });
  expect(await bench.client.read(acting.id)).toMatchObject({
    status: 'fail',
    stopReason: 'broken',
    error: 'its runner failed: nothing caught an error there',
    steps: [
      { index: 0, ok: true },
      { index: 1, ok: false },
    ],
  });
  expect((await bench.client.read(launching.id)).state).toBe('running.queued');
  expect(expectWholeStream(await spent.watch.ended())).toMatchObject({ status: 'fail' });
  expect(await bench.client.read(spent.id)).toMatchObject({ stopReason: 'broken', steps: [] });

  const next = await bench.stack.start('runner');
  for (const tag of ['launching', 'returned', 'again']) bench.site.release(`/gate?${tag}`);
  expect(expectWholeStream(await launching.watch.ended(2 * PATIENCE_MS))).toEqual({ status: 'pass' });
  expect(expectWholeStream(await returned.watch.ended(2 * PATIENCE_MS))).toEqual({ status: 'pass' });
  expect(expectWholeStream(await again.watch.ended(2 * PATIENCE_MS))).toEqual({ status: 'pass' });
  for (const { id } of [again, returned])
    expect(await bench.client.read(id)).toMatchObject({ status: 'pass', attempt: 2 });
  expect((await bench.client.read(launching.id)).attempt).toBeUndefined();
  await failing.logged('nothing catches this');
  await next.stop();
});

extendedOnly(() => {
  test('I5: a runner in which nothing catches an error while it drains hands back its runs all the same', async () => {
    const failing = await bench.stack.start('runner', {
      ...FAILS,
      GHOSTLY_LABELS: 'drains',
      GHOSTLY_DRAIN_MS: '600000',
    });
    const acting = await startWaiting('drains', { runnerLabels: ['drains'] });
    await acting.watch.until(isEvent('step_start', 1));
    failing.signal('SIGTERM');
    await failing.logged('draining');

    failing.signal('SIGUSR2');
    expect(await failing.exited).toMatchObject({ code: 1 });
    expectWholeStream(await acting.watch.ended());
    expect(await bench.client.read(acting.id)).toMatchObject({ status: 'fail', stopReason: 'broken' });
  });
});
