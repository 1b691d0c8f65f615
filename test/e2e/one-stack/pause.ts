/* A run that people pause: it keeps its page, and goes on where they say, or ends when they say. */
import { expect, it } from 'vitest';
import { eventually, scaledMs } from '../../support/eventually.ts';
import { expectWholeStream, leftLate } from '../../support/http/run-stream.ts';
import { isEvent, type SsePredicate, type Watch } from '../../support/http/sse.ts';
import { runCli } from '../../support/stack/cli.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();

const goto = (path: string) => ({ action: 'goto', url: path });
const start = (steps: readonly object[], more: object = {}) =>
  bench.client.start({ baseUrl: bench.site.url, steps: steps as never, ...more });
const post = (id: string, what: string, body: object = {}) =>
  bench.client.request<{ ok: boolean; from?: number; paused?: boolean; answered?: object }>(
    'POST',
    `/v1/runs/${id}/${what}`,
    { body },
  );
/** A run that is paused before its second step; the first is over once its gate opens. */
async function paused(tag: string, ahead: readonly object[], more: object = {}, how: object = {}) {
  const id = await start([goto(`/gate?${tag}`), ...ahead], more);
  const watch = await bench.client.watch(id);
  await bench.site.asked(`/gate?${tag}`);
  expect(await post(id, 'pause', { reason: 'a look', ...how })).toMatchObject({
    status: 202,
    body: { ok: true, paused: false },
  });
  await watch.until(isEvent('pause'));
  bench.site.release(`/gate?${tag}`);
  await watch.until(isEvent('waiting_for_person'));
  return { id, watch };
}
/** So many such messages have come. */
const untilThere = (watch: Watch, matches: SsePredicate, count: number) =>
  watch.until(() => watch.messages.filter(matches).length >= count);

const waitOf = async (id: string) =>
  (
    await bench.client.request<{ waitingFor?: { code: string; for: string; paused?: object } }>(
      'GET',
      `/v1/runs/${id}?hints=1`,
    )
  ).body.waitingFor;

it('is paused after its step, says why, and goes on where it stands; the second to say so learns who was first', async () => {
  const { id, watch } = await paused('on', [goto('/echo?after-on')]);
  expect(await waitOf(id)).toMatchObject({
    code: 'resume',
    for: expect.stringMatching(
      /^It is paused, and waits for a person: a look\. If nobody lets it go on within/,
    ),
    paused: { why: 'pause', text: 'a look' },
  });
  expect(await post(id, 'pause')).toMatchObject({ status: 202, body: { paused: true } });
  expect(bench.site.requests).not.toContain('/echo?after-on');
  const all = await Promise.all([1, 2, 3].map(() => post(id, 'resume')));
  expect(all.filter(({ status }) => status === 202)).toHaveLength(1);
  for (const { status, body } of all.filter((one) => one.status !== 202))
    expect({ status, ...body }).toMatchObject({ status: 409, answered: { user: {} } });
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(messages.filter(isEvent('resumed'))).toMatchObject([
    { data: { payload: { why: 'resumed', from: 1 } } },
  ]);
  expect(bench.site.requests).toContain('/echo?after-on');
  expect((await post(id, 'pause')).status).toBe(409);
});

it('is paused at once: its step is interrupted, and done again or left out', async () => {
  const waits = { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 };
  const id = await start([goto('/form'), waits, goto('/echo?after-now')]);
  const watch = await bench.client.watch(id);
  for (const [n, how] of ['resume', 'skip'].entries()) {
    await untilThere(watch, isEvent('step_start', 1), n + 1);
    await post(id, 'pause', { mode: 'now' });
    await untilThere(watch, isEvent('waiting_for_person'), n + 1);
    await post(id, how);
  }
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(messages.filter(isEvent('step_failure'))).toMatchObject(
    [1, 2].map(() => ({ data: { payload: { interrupted: true, held: true } } })),
  );
  expect((await bench.client.read(id)).steps).toMatchObject([
    { index: 0, ok: true },
    { index: 1, ok: false },
    { index: 2, ok: true },
  ]);
});

it('leaves a step out, does one again, and goes on elsewhere', async () => {
  const { id, watch } = await paused('skip', [goto('/echo?left-out'), goto('/echo?last')]);
  const { code, out } = await runCli(['resume', id, '--skip'], {
    env: { GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey },
  });
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('goes on with step 3') });
  expect(expectWholeStream(await watch.ended())).toEqual({ status: 'pass' });
  expect(bench.site.requests).toContain('/echo?last');
  expect(bench.site.requests).not.toContain('/echo?left-out');

  const again = await paused('again', [goto('/echo?twice'), goto('/echo?end')]);
  expect(await post(again.id, 'resume', { from: 9 })).toMatchObject({ status: 400 });
  await post(again.id, 'retry');
  await bench.site.asked('/gate?again');
  bench.site.release('/gate?again');
  expect(expectWholeStream(await again.watch.ended())).toEqual({ status: 'pass' });
});

it('a step that fails stays for a person, who has it done again, or left out', async () => {
  const flow = [
    goto('/form'),
    { action: 'click', selector: '#nope', timeoutMs: 300 },
    goto('/echo?after-fail'),
  ];
  const fails = async () => {
    const id = await start(flow, { pauseOnFailure: { forMs: 600_000 } });
    const watch = await bench.client.watch(id);
    await watch.until(isEvent('waiting_for_person'));
    return { id, watch };
  };
  const { id, watch } = await fails();
  expect(await waitOf(id)).toMatchObject({ code: 'resume', paused: { why: 'failure' } });
  await post(id, 'resume');
  await untilThere(watch, isEvent('waiting_for_person'), 2);
  await post(id, 'skip');
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(messages.filter(isEvent('step_failure'))).toMatchObject([
    { data: { payload: { held: true } } },
    { data: { payload: { held: true } } },
  ]);
  expect((await bench.client.read(id)).steps).toMatchObject([
    { index: 0, ok: true },
    { index: 1, ok: false },
    { index: 2, ok: true },
  ]);
  const stopped = await fails();
  await bench.client.cancel(stopped.id);
  expect(leftLate(await stopped.watch.ended())).toEqual([]);
  expect(await bench.client.read(stopped.id)).toMatchObject({ status: 'fail', outcome: 'cancelled' });
});

it('the steps ahead are edited, and what they are is stored with who did it', async () => {
  const { id, watch } = await paused('edit', [goto('/echo?planned')]);
  const edited = [goto('/form'), { action: 'fill', selector: 'input[name=name]', value: 'a new secret' }];
  const marked = [{ action: 'fill', selector: 'input[name=name]', value: 'x', secret: true }];
  expect(await post(id, 'resume', { steps: marked })).toMatchObject({ status: 400 });
  expect(await post(id, 'resume', { steps: [goto('https://elsewhere.test/')] })).toMatchObject({
    status: 400,
  });
  expect(await post(id, 'resume', { steps: edited })).toMatchObject({ status: 202, body: { from: 1 } });
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(messages.filter(isEvent('resumed'))).toMatchObject([{ data: { payload: { edited: true } } }]);
  expect((await bench.client.read(id)).steps).toMatchObject([
    { ok: true },
    { ok: true },
    { action: 'fill', ok: true },
  ]);
  expect(bench.site.requests).not.toContain('/echo?planned');
  expect(JSON.stringify(messages)).not.toContain('a new secret');
  const { body } = await bench.client.request<{ flow: { steps: object[] } }>('GET', `/v1/runs/${id}/flow`);
  expect(body.flow.steps).toHaveLength(3);
});

it('I3, I4: a paused run is stopped at once, also while its pause begins, and after its time it fails', async () => {
  const { id, watch } = await paused('stop', [goto('/echo?after-stop')]);
  await bench.client.cancel(id);
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({ cancelled: true });
  expect(leftLate(messages)).toEqual([]);
  expect((await post(id, 'resume')).status).toBe(409);

  const late = await paused('late', [goto('/echo?late')], {}, { forMs: 1_000 });
  expect(expectWholeStream(await late.watch.ended())).toMatchObject({ status: 'fail' });
  expect(await bench.client.read(late.id)).toMatchObject({ status: 'fail', stopReason: 'unresumed' });
});

it('the time of a person, who is asked or has paused it, is none of the run’s own', async () => {
  const maxDurationMs = scaledMs(15_000);
  const { id, watch } = await paused('long', [goto('/echo?after-long')], { maxDurationMs });
  const ask = { action: 'ask', text: 'Go on?', fields: [] };
  const asking = await start([goto('/form'), ask, { action: 'snapshot' }], { maxDurationMs });
  const ofAsking = await bench.client.watch(asking);
  await ofAsking.until(isEvent('waiting_for_person'));
  const { startedAt } = await bench.client.read(asking);
  const isOver = () => expect(Date.now() - Date.parse(startedAt)).toBeGreaterThan(maxDurationMs + 1_000);
  await eventually(isOver);
  await post(id, 'resume');
  await post(asking, 'answer', { values: {} });
  for (const one of [watch, ofAsking])
    expect(expectWholeStream(await one.ended())).toEqual({ status: 'pass' });
});

it('a run that waits in the queue is paused before its first step', async () => {
  const concurrencyKey = 'one-at-a-time';
  const first = await start([goto('/gate?holds-key')], { concurrencyKey });
  await bench.site.asked('/gate?holds-key');
  const id = await start([goto('/echo?queued')], { concurrencyKey });
  await post(id, 'pause');
  bench.site.release('/gate?holds-key');
  await (await bench.client.watch(first)).ended();
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('waiting_for_person', 0));
  expect(bench.site.requests).not.toContain('/echo?queued');
  await post(id, 'resume');
  expect(expectWholeStream(await watch.ended())).toEqual({ status: 'pass' });
});
