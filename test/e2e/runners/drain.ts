import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdLock } from '../../support/database/hold-lock.ts';
import { eventually, promisedMs } from '../../support/eventually.ts';
import { cutStep, expectWholeStream, leftLate } from '../../support/http/run-stream.ts';
import { isEvent, isRunEnd, isStatus } from '../../support/http/sse.ts';
import { extendedOnly } from '../../support/share.ts';
import { processesWith } from '../../support/stack/leaks.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const DRAIN_MS = 5_000;
const DRAINS = { GHOSTLY_DRAIN_MS: String(DRAIN_MS), RUNNER_SLOTS: '2' };

const bench = useStack({ besides: ['supervisor'] });

const waitingFlow = (tag: string) => ({
  baseUrl: bench.site.url,
  steps: [
    { action: 'goto', url: `/held?${tag}` },
    { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 },
  ],
});
const gatedFlow = (tag: string) => ({
  baseUrl: bench.site.url,
  steps: [
    { action: 'goto', url: `/gated?${tag}` },
    { action: 'waitForSelector', selector: '#opened', timeoutMs: 120_000 },
  ],
});

test('a runner that is asked to stop claims nothing more, lets a short run finish and cancels a long one after its drain time', async () => {
  const leaving = await bench.stack.start('runner', DRAINS);
  const [short, long] = await Promise.all([
    bench.client.start(gatedFlow('short')),
    bench.client.start(waitingFlow('long')),
  ]);
  const [ofShort, ofLong] = await Promise.all([bench.client.watch(short), bench.client.watch(long)]);
  await Promise.all([ofShort, ofLong].map((watch) => watch.until(isEvent('step_start', 1))));
  const queued = await bench.client.start(gatedFlow('queued'));

  leaving.signal('SIGTERM');
  const stoppedAt = performance.now();
  await leaving.logged('draining');
  bench.site.release('/gate?short');
  expect(expectWholeStream(await ofShort.ended())).toEqual({ status: 'pass' });
  expect((await bench.client.read(queued)).state).toBe('running.queued');

  const messages = await ofLong.ended();
  expect(expectWholeStream(messages)).toEqual({
    status: 'fail',
    cancelled: true,
    source: 'shutdown',
    reason: 'the runner is shutting down',
  });
  expect(messages.some(isStatus('cancelling'))).toBe(true);
  expect(messages.find(isRunEnd)!.came - stoppedAt).toBeGreaterThanOrEqual(DRAIN_MS);
  expect(leftLate(messages)).toEqual([]);
  expect((await bench.client.read(long)).steps).toEqual([
    { index: 0, action: 'goto', ok: true },
    cutStep(1, 'waitForSelector', 'the run was cancelled'),
  ]);
  expect(await leaving.exited).toEqual({ code: 0, signal: null });
  expect(leaving.lines.join('\n')).not.toContain(queued);
  await nothingOf(leaving.pid);

  const staying = await bench.stack.start('runner', { ...DRAINS, GHOSTLY_DRAIN_MS: '600000' });
  bench.site.release('/gate?queued');
  expect(expectWholeStream(await (await bench.client.watch(queued)).ended())).toEqual({ status: 'pass' });
  expect(staying.lines.some((line) => line.includes(queued))).toBe(true);

  // One without runs has nothing to wait for, which would be ten minutes.
  staying.signal('SIGTERM');
  expect(await staying.exited).toEqual({ code: 0, signal: null });
});

test('I3, I5: a runner that leaves tries again to cancel a run whose row others have locked; it is no stale end', async () => {
  const leaving = await bench.stack.start('runner', { ...DRAINS, GHOSTLY_DRAIN_MS: '1' });
  const id = await bench.client.start(waitingFlow('locked'));
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 1));
  {
    await using _row = await holdLock(
      bench.stack.databaseUrl,
      `select from runs where id = '${id}' for update`,
    );
    leaving.signal('SIGTERM');
    await leaving.logged('the cancel of a run could not be recorded yet');
  }
  const end = { status: 'fail', cancelled: true, source: 'shutdown', reason: 'the runner is shutting down' };
  expect(expectWholeStream(await watch.ended())).toEqual(end);
  expect(await leaving.exited).toEqual({ code: 0, signal: null });
});

extendedOnly(() => {
  test('a cancel by a user while the runner drains is carried out at once, as the user’s', async () => {
    const leaving = await bench.stack.start('runner', { ...DRAINS, GHOSTLY_DRAIN_MS: '600000' });
    const id = await bench.client.start(waitingFlow('by-user'));
    const watch = await bench.client.watch(id);
    await watch.until(isEvent('step_start', 1));
    leaving.signal('SIGTERM');
    await leaving.logged('draining');

    const reply = await bench.client.cancel(id);
    expect(reply.text).toBe(`{"ok":true,"id":"${id}","status":"cancelling"}`);
    expect(expectWholeStream(await watch.ended())).toEqual({
      status: 'fail',
      cancelled: true,
      source: 'user',
    });
    expect(await leaving.exited).toEqual({ code: 0, signal: null });
  });

  test('I5, I8: a second signal ends a runner at once, without a browser left; its run is ended for it', async () => {
    const leaving = await bench.stack.start('runner', { ...DRAINS, GHOSTLY_DRAIN_MS: '600000' });
    const id = await bench.client.start(waitingFlow('forced'));
    const watch = await bench.client.watch(id);
    await watch.until(isEvent('step_start', 1));
    leaving.signal('SIGTERM');
    await leaving.logged('draining');

    const again = performance.now();
    leaving.signal('SIGTERM');
    expect(await leaving.exited).toEqual({ code: 1, signal: null });
    expect(performance.now() - again).toBeLessThan(promisedMs(1_000));
    await nothingOf(leaving.pid);
    // The session of its owner is gone, so that a cancel need not wait for the lease.
    expect((await bench.client.cancel(id)).text).toBe(
      `{"ok":true,"id":"${id}","status":"cancelled","stale":true}`,
    );
    expect(expectWholeStream(await watch.ended())).toMatchObject({ source: 'user', staleAfterRestart: true });
    await eventually(() => expect(bench.site.open('/never?forced')).toBe(0));
    // It had no time to tidy up; the next one does.
    const next = await bench.stack.start('runner');
    expect(await readdir(join(bench.stack.home, 'tmp'))).not.toContainEqual(
      expect.stringContaining(String(leaving.pid)),
    );
    await next.stop();
  });
});

/** Neither the runner nor a Chromium of its own: those carry its temporary folder. */
async function nothingOf(pid: number): Promise<void> {
  const isGone = async () => expect(await processesWith(`/tmp/runner-${pid}-`)).toEqual([]);
  await eventually(isGone, { timeoutMs: promisedMs(3_000) });
}
