import { describe, expect, test } from 'vitest';
import { overStdio } from '../../support/agents/agent.ts';
import { TRANSPORTS, useAgents } from '../../support/agents/use-agents.ts';
import { eventually } from '../../support/eventually.ts';
import { everyNth, extendedOnly } from '../../support/share.ts';
import { startLossyProxy } from './lossy-proxy.ts';

const { agents, bench, ended, flow, runWith, waiting } = useAgents();

describe.each(everyNth(2, TRANSPORTS))('a call over %s', (over) => {
  test('I3: that is cancelled cancels its run, and says why', async () => {
    const call = agents[over].begin('run_flow', waiting());
    const id = await call.runId;
    call.cancel('the user changed their mind');
    await expect(call.answer).rejects.toThrow();
    const run = await ended(id);
    expect(run).toMatchObject({ status: 'fail', stopReason: 'cancelled' });
    expect(run.cancel).toMatchObject({
      source: 'user',
      reason: 'its MCP call was cancelled: the user changed their mind',
    });
  });

  test('of watch_run that is cancelled leaves its run alone', async () => {
    const id = await bench.client.start(waiting());
    const call = agents[over].begin('watch_run', { id });
    await call.reported('running.');
    call.cancel('enough');
    await expect(call.answer).rejects.toThrow();
    expect((await agents[over].call('get_run', { id })).data).toMatchObject({ status: 'running' });
    await bench.client.cancel(id);
  });
});

test('a cancelled call whose run was cancelled is not reported as one that could not be undone', async () => {
  const agent = await overStdio(bench);
  const call = agent.begin('run_flow', waiting());
  const id = await call.runId;
  call.cancel('enough');
  await expect(call.answer).rejects.toThrow();
  const watched = agent.begin('watch_run', { id });
  watched.cancel('enough of this, too');
  await expect(watched.answer).rejects.toThrow();
  expect((await ended(id)).cancel).toMatchObject({ source: 'user' });
  // It ends once nothing is left to be undone.
  await agent.close();
  expect(agent.said).toEqual([]);
});

test('a call that follows the run of an earlier one with its idempotencyKey leaves it alone when it is cancelled', async () => {
  const { stdio } = agents;
  const once = { ...waiting(), idempotencyKey: 'followed' };
  const { data } = await stdio.run({ ...once, waitSeconds: 0 });
  const second = stdio.begin('run_flow', once);
  expect(await second.runId).toBe(data.id);
  second.cancel('it took too long');
  await expect(second.answer).rejects.toThrow();
  // Whatever it does is done before the next call has its answer.
  expect((await stdio.call('get_run', { id: data.id })).data).toMatchObject({ status: 'running' });
  expect((await bench.client.read(data.id)).cancel).toBeUndefined();
  await bench.client.cancel(data.id);
});

extendedOnly(() => {
  test('I3: a call that is cancelled before its run is known leaves none that goes on', async () => {
    const agent = await overStdio(bench);
    const contextId = 'given up at once';
    const call = agent.begin('run_flow', { ...waiting(), contextId });
    call.cancel('no');
    await expect(call.answer).rejects.toThrow();
    // It ends once it has undone what its calls began.
    await agent.close();
    const { body } = await bench.client.request<{ cancel?: object }[]>(
      'GET',
      `/v1/runs?contextId=${encodeURIComponent(contextId)}`,
    );
    expect(body.filter(({ cancel }) => cancel === undefined)).toEqual([]);
  });
});

test('I3: a call that is cancelled cancels its run, whatever the client gives as reason', async () => {
  const call = agents.stdio.begin('run_flow', waiting());
  const id = await call.runId;
  call.cancel('\0 half a character: \ud83d');
  await expect(call.answer).rejects.toThrow();
  expect((await ended(id)).cancel).toMatchObject({
    reason: 'its MCP call was cancelled: \ufffd half a character: \ufffd',
  });
});

extendedOnly(() => {
  test('I3: a cancel that a proxy in between does not pass on is tried again', async () => {
    await using proxy = await startLossyProxy(bench.client.url, /\/cancel$/, 'request');
    await using agent = await overStdio(bench, { url: proxy.url });
    const call = agent.begin('run_flow', waiting());
    const id = await call.runId;
    call.cancel('no');
    await expect(call.answer).rejects.toThrow();
    expect(await ended(id)).toMatchObject({ status: 'fail', stopReason: 'cancelled' });
    expect(proxy.lost).toBe(1);
  });

  test('a start whose answer a proxy in between loses starts one run', async () => {
    await using proxy = await startLossyProxy(bench.client.url, /\/v1\/run$/, 'answer');
    await using agent = await overStdio(bench, { url: proxy.url });
    const contextId = 'answer lost';
    const { data } = await agent.run({ ...flow({ action: 'goto', url: '/plain' }), contextId });
    expect(await runWith(contextId)).toBe(data.id);
    expect(proxy.lost).toBe(1);
  });
});

describe('cancel_run', () => {
  test('with a dry run only tells what a cancel would do', async () => {
    const { stdio } = agents;
    const id = await bench.client.start(waiting());
    await eventually(async () => expect((await bench.client.read(id, '?hints=1')).steps).toHaveLength(1));
    const dry = await stdio.call<{ accepted: boolean; forecast: { status: string } }>('cancel_run', {
      id,
      dryRun: true,
    });
    expect(dry.text).toContain('nothing was recorded');
    expect(dry.data).toMatchObject({ accepted: false, forecast: { status: 'cancelling' } });
    expect((await bench.client.read(id)).cancel).toBeUndefined();
    expect(dry.text).toContain('Step 2 ("waitForSelector") would be interrupted');

    const real = await stdio.call('cancel_run', { id, reason: 'not needed' });
    expect(real.data).toMatchObject({ id, accepted: true, status: 'fail' });
    const reported = await stdio.call<{ requested: { reason: string }; abortRaised: { step: number } }>(
      'receipt',
      {
        id,
      },
    );
    expect(reported.data).toMatchObject({ requested: { reason: 'not needed' }, abortRaised: { step: 2 } });
    expect(reported.text).toMatch(/^All of it took /m);
    expect((await stdio.call('get_run', { id })).data).toMatchObject({
      outcome: 'cancelled',
      cancelReason: 'not needed',
    });
  });

  test('of a run that has ended is an error in words', async () => {
    const { stdio } = agents;
    const { data } = await stdio.run({ baseUrl: bench.site.url, steps: [{ action: 'goto', url: '/plain' }] });
    const { isError, text } = await stdio.call('cancel_run', { id: data.id });
    expect(isError).toBe(true);
    expect(text).toContain('run already finished');
    expect(text).toContain('get_run tells how');
    const receipt = await stdio.call('receipt', { id: data.id });
    expect(receipt.isError).toBe(true);
    expect(receipt.text).toContain('the run was not cancelled (404)');
    const none = await stdio.call('receipt', { id: '00000000-0000-4000-8000-000000000000' });
    expect(none.text).toContain('not found (404)');
  });
});
