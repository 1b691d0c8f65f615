/*
 * Flows that must not be left half done: a payment is an atomic step, and a log-out is there for when they are cancelled.
 */
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { RunView } from '../../support/http/client.ts';
import { cutStep, expectWholeStream, leftLate, statusesOf } from '../../support/http/run-stream.ts';
import { isEntering, isEvent, type SseMessage, type Watch } from '../../support/http/sse.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { GRACE_MS, useStack } from '../../support/stack/use-stack.ts';

/** Latest end of an atomic step, and of cleaning up, in parts of the grace budget. */
const [FINISH, CLEANUP] = [0.35, 0.6];
const bench = useStack();

const payment = (tag: string) => ({
  action: 'goto',
  url: `/gate?pay-${tag}`,
  timeoutMs: 120_000,
  atomic: true,
});
const logOut = (tag: string) => ({ action: 'goto', url: `/echo?log-out-${tag}` });

/** A run that is in the middle of its payment, and its watcher. */
async function startPaying(tag: string, onCancel: object[] = [logOut(tag)]) {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    steps: [{ action: 'goto', url: '/plain' }, payment(tag), { action: 'goto', url: `/echo?after-${tag}` }],
    onCancel,
  });
  const watch = await bench.client.watch(id);
  await bench.site.asked(`/gate?pay-${tag}`);
  return { id, watch };
}

const statesOf = (messages: readonly SseMessage[]): string[] =>
  messages.flatMap(({ data }) => (data.type === 'transition' ? [String(data.payload?.to)] : []));

/** What a cancelled run always is, however it was stopped. */
function expectCancelled(run: RunView, messages: readonly SseMessage[]) {
  expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', cancelled: true, source: 'user' });
  expect(statusesOf(messages)).toEqual(['running', 'cancelling', 'fail']);
  expect(run.status).toBe('fail');
}

test('I3, I9: a cancel in the middle of a payment waits for its end, then logs out, and the run is cancelled', async () => {
  const { id, watch } = await startPaying('paid');
  expect((await bench.client.cancel(id)).body).toEqual({ ok: true, id, status: 'cancelling' });
  await watch.until(isEntering('cancelling.finishing'));
  expect(bench.site.open('/gate?pay-paid')).toBe(1);
  bench.site.release('/gate?pay-paid');

  const messages = await watch.ended();
  const run = await bench.client.read(id);
  expectCancelled(run, messages);
  expect(statesOf(messages).slice(-4)).toEqual([
    'cancelling.finishing',
    'cancelling.cleaning',
    'cancelling.closing',
    'fail',
  ]);
  expect(run.steps).toMatchObject([
    { index: 0, ok: true },
    { index: 1, action: 'goto', ok: true },
  ]);
  expect(run.onCancel).toMatchObject([{ index: 0, action: 'goto', ok: true }]);
  expect(bench.site.requests).toContain('/echo?log-out-paid');
  expect(bench.site.requests).not.toContain('/echo?after-paid');
  expect(messages.filter(({ data }) => data.type === 'cleanup_success')).toHaveLength(1);
});

test('I4: a payment that does not end is aborted when its time is over, and the log-out still comes', async () => {
  const { id, watch } = await startPaying('hangs');
  const sent = performance.now();
  await bench.client.cancel(id);
  await bench.site.asked('/echo?log-out-hangs');
  expect(performance.now() - sent).toBeGreaterThanOrEqual(FINISH * GRACE_MS - 50);

  const messages = await watch.ended();
  expect(leftLate(messages)).toEqual(['cancelling.finishing']);
  const run = await bench.client.read(id);
  expectCancelled(run, messages);
  expect(statesOf(messages)).toEqual(
    expect.arrayContaining(['cancelling.finishing', 'cancelling.aborting', 'cancelling.cleaning']),
  );
  expect(run.steps).toMatchObject([{ index: 0, ok: true }, cutStep(1, 'goto', 'the run was cancelled')]);
  expect(run.onCancel).toMatchObject([{ ok: true }]);
  await eventually(() => expect(bench.site.open('/gate?pay-hangs')).toBe(0));
});

test('I4: a log-out that hangs is given up within the grace budget; one that fails stops no other', async () => {
  const { id, watch } = await startPaying('stuck', [
    { action: 'click', selector: '#no-such-button', timeoutMs: 50 },
    { action: 'goto', url: '/never?log-out' },
    logOut('stuck'),
  ]);
  const sent = performance.now();
  await bench.client.cancel(id);
  bench.site.release('/gate?pay-stuck');
  await bench.site.asked('/never?log-out');

  const messages = await watch.ended();
  expect(performance.now() - sent).toBeGreaterThanOrEqual(CLEANUP * GRACE_MS - 50);
  expect(leftLate(messages)).toEqual(['cancelling.cleaning']);
  const run = await bench.client.read(id);
  expectCancelled(run, messages);
  expect(run.onCancel).toMatchObject([
    { index: 0, action: 'click', ok: false },
    { index: 1, action: 'goto', ok: false, error: 'the time to clean up was over' },
  ]);
  expect(bench.site.requests).not.toContain('/echo?log-out-stuck');
  await eventually(() => expect(bench.site.open('/never?log-out')).toBe(0));
});

test('force waits for nothing: neither for the payment nor for a log-out', async () => {
  const { id, watch } = await startPaying('forced');
  await bench.client.cancel(id);
  await watch.until(isEntering('cancelling.finishing'));
  await bench.client.cancel(id, { body: { mode: 'force' } });
  const messages = await watch.ended();
  expectCancelled(await bench.client.read(id), messages);
  expect(statesOf(messages).slice(-2)).toEqual(['cancelling.closing', 'fail']);
  expect(bench.site.requests).not.toContain('/echo?log-out-forced');
});

test('I9: a log-out that is cut off by force has an outcome that says so', async () => {
  const { id, watch } = await startPaying('cut', [{ action: 'goto', url: '/never?log-out-cut' }]);
  await bench.client.cancel(id);
  bench.site.release('/gate?pay-cut');
  await bench.site.asked('/never?log-out-cut');
  await bench.client.cancel(id, { body: { mode: 'force' } });
  const messages = await watch.ended();
  const run = await bench.client.read(id);
  expectCancelled(run, messages);
  const cut = cutStep(0, 'goto', 'the cancel was forced');
  expect(run.onCancel).toMatchObject([cut]);
  expect(messages.filter(({ data }) => data.type === 'cleanup_failure')).toMatchObject([
    { data: { stepIndex: 0, payload: { error: cut.error, interrupted: true } } },
  ]);
});

test('a flow that was not begun has nothing to log out of, and one that fails is not cancelled', async () => {
  const failing = await bench.client.start({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/plain' },
      { action: 'click', selector: '#nope', timeoutMs: 50 },
    ],
    onCancel: [logOut('failed')],
  });
  await (await bench.client.watch(failing)).ended();
  expect(await bench.client.read(failing)).toMatchObject({ status: 'fail', stopReason: 'step_failed' });
  expect(bench.site.requests).not.toContain('/echo?log-out-failed');
});

test('a run that takes longer than its maximum fails, says so, and leaves no page', async () => {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    maxDurationMs: 10_000,
    steps: [
      { action: 'goto', url: '/held?deadline' },
      { action: 'waitForSelector', selector: '#nope' },
    ],
  });
  const watch: Watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 1));
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({
    status: 'fail',
    error: expect.stringContaining('maximum'),
  });
  const run = await bench.client.read(id);
  const why = 'the run took longer than its maximum duration';
  expect(run).toMatchObject({ status: 'fail', stopReason: 'deadline' });
  expect(run.steps).toMatchObject([{ index: 0, ok: true }, cutStep(1, 'waitForSelector', why)]);
  expect(run.cancel).toBeUndefined();
  await eventually(() => expect(bench.site.open('/never?deadline')).toBe(0));
  expect((await browsersWith(bench.stack.home)).length).toBeGreaterThan(0);
});

test("a run without a maximum of its own has the server's", async () => {
  const gateway = await bench.stack.start('gateway', { GHOSTLY_MAX_DURATION_MS: '700' });
  const strict = await bench.stack.clientOf(gateway);
  const id = await strict.start({
    baseUrl: bench.site.url,
    steps: [{ action: 'goto', url: '/never?server' }],
  });
  await (await strict.watch(id)).ended();
  expect(await strict.read(id)).toMatchObject({ status: 'fail', stopReason: 'deadline' });
});
