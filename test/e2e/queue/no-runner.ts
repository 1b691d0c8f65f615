import { expect, test } from 'vitest';
import { eventually, promisedMs } from '../../support/eventually.ts';
import { afterThisTest } from '../../support/file-hooks.ts';
import { expectWholeStream, statusesOf } from '../../support/http/run-stream.ts';
import { isStatus } from '../../support/http/sse.ts';
import { extendedOnly } from '../../support/share.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { useStack } from '../../support/stack/use-stack.ts';
import { startWaitingRun } from '../../support/stack/waiting-run.ts';

/** The tests are one story: first there is neither runner nor supervisor. */
const bench = useStack({ besides: [] });

const FLOW = { baseUrl: 'http://127.0.0.1:1', steps: [{ action: 'goto', url: '/' }] };

extendedOnly(() => {
  test('I3, I5: the cancel of an orphan that no supervisor hears is kept, and carried out by one that comes later', async () => {
    const killed = await bench.stack.start('runner');
    const { id, watch } = await startWaitingRun(bench.client, bench.site, 'unheard');
    killed.signal('SIGKILL');
    await killed.exited;

    const reply = await bench.client.cancel(id, { body: { reason: 'it hangs' } });
    expect(reply).toMatchObject({ status: 200, text: `{"ok":true,"id":"${id}","status":"cancelling"}` });
    expect((await bench.client.read(id)).status).toBe('cancelling');

    const supervisor = await bench.stack.start('supervisor');
    expect(expectWholeStream(await watch.ended())).toEqual({
      status: 'fail',
      cancelled: true,
      source: 'user',
      staleAfterRestart: true,
      reason: 'it hangs',
    });
    await eventually(async () => expect(await browsersWith(bench.stack.home)).toEqual([]), {
      timeoutMs: promisedMs(3_000),
    });
    await supervisor.stop();
  });
});

test('I3, I5: a cancel that no supervisor hears is kept: no runner takes the run, a supervisor started later ends it', async () => {
  const id = await bench.client.start(FLOW);
  const watch = await bench.client.watch(id);

  const reply = await bench.client.cancel(id);
  expect(reply).toMatchObject({ status: 200, text: `{"ok":true,"id":"${id}","status":"cancelling"}` });
  expect((await bench.client.read(id)).status).toBe('cancelling');
  expect((await bench.client.cancel(id)).text).toBe(reply.text);

  const runner = await bench.stack.start('runner');
  const taken = await bench.client.start(FLOW);
  await runner.logged(taken); // so it has looked at the queue
  await (await bench.client.watch(taken)).ended();
  expect(runner.lines.join('\n')).not.toContain(id);
  expect((await bench.client.read(id)).state).toBe('running.queued');
  await runner.stop();

  await bench.stack.start('supervisor');
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
  expect(await bench.client.read(id)).toMatchObject({ status: 'fail', stopReason: 'cancelled', steps: [] });
});

test('I3, I6: with a supervisor a queued run is cancelled at once, in one commit, and is not called stale', async () => {
  const id = await bench.client.start(FLOW);
  const watch = await bench.client.watch(id);
  await watch.until(isStatus('running'));

  const reply = await bench.client.cancel(id, { body: { reason: 'not wanted' } });
  expect(reply).toMatchObject({ status: 200, text: `{"ok":true,"id":"${id}","status":"cancelling"}` });
  const messages = await watch.ended();
  const run = await bench.client.read(id);
  expect(run).toMatchObject({ status: 'fail', state: 'fail', stopReason: 'cancelled', steps: [] });
  expect(run.cancel).not.toHaveProperty('stale');
  const runEnd = { status: 'fail', cancelled: true, source: 'user', reason: 'not wanted' };
  expect(expectWholeStream(messages)).toEqual(runEnd);
  expect(statusesOf(messages)).toEqual(['running', 'fail']);
});

test('I5: a run that no runner takes ends by the queue timeout, as a failure and not as a cancel', async () => {
  const impatient = await bench.stack.start('gateway', { GHOSTLY_QUEUE_TIMEOUT_MS: '200' });
  const id = await (await bench.stack.clientOf(impatient)).start(FLOW);
  const messages = await (await bench.client.watch(id)).ended();

  const error = 'no runner took the run in time';
  expect(expectWholeStream(messages)).toEqual({ status: 'fail', waitedFor: { code: 'no_runner' }, error });
  const run = await bench.client.read(id);
  expect(run).toMatchObject({ status: 'fail', stopReason: 'queue_timeout', error, steps: [] });
  expect(run).not.toHaveProperty('cancel');
  expect((await bench.client.cancel(id)).status).toBe(409);
  await impatient.stop();
});

extendedOnly(() => {
  test('a run that waited for a runner is taken by the first one that comes', async () => {
    const id = await bench.client.start(FLOW);
    expect((await bench.client.read(id)).state).toBe('running.queued');
    const watch = await bench.client.watch(id);
    const runner = await bench.stack.start('runner');
    afterThisTest(() => runner.stop());
    expect(expectWholeStream(await watch.ended())).toEqual({ status: 'fail' });
    expect((await bench.client.read(id)).steps).toHaveLength(1);
  });
});
