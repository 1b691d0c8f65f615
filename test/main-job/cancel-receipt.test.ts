/* I3, I13: the receipt of a real cancel has every hop in order, adds up, and is what a dry run foretold. */
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { FlowStep } from '../support/http/client.ts';
import { isEvent, isRunEnd } from '../support/http/sse.ts';
import { UNHURRIED, useStack } from '../support/stack/use-stack.ts';

interface Hop {
  at: string;
  ms: number;
}
interface Receipt {
  status: string;
  state: string;
  requested: { at: string; key?: { label?: string } };
  browser?: { outcome: string; pid?: number };
  totalMs?: number;
  waiting?: { for: string; next?: { state: string; inMs: number } };
  [hop: string]: unknown;
}
interface Job {
  id: string;
  status: string;
  matched: number;
  cancelled: number;
}

const HOPS = ['stored', 'delivered', 'abortRaised', 'callInterrupted', 'contextClosed', 'final'];

const bench = useStack({ env: UNHURRIED });
const WAITING: FlowStep[] = [
  { action: 'goto', url: '/' },
  { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 },
];

/** A run in the midst of its second step, which never ends by itself. */
async function waiting(steps = WAITING, onCancel: FlowStep[] = []) {
  const id = await bench.client.start({ baseUrl: bench.site.url, steps, onCancel });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 1));
  return { id, watch };
}
const receiptOf = async (id: string) =>
  (await bench.client.request<Receipt>('GET', `/v1/runs/${id}/cancel`)).body;

it('the receipt of a real cancel has every hop, in order, and adds up', async () => {
  const { id, watch } = await waiting();
  await bench.client.cancel(id, { body: { reason: 'wrong shop' } });
  await watch.until(isRunEnd);
  const receipt = await receiptOf(id);
  expect(receipt).toMatchObject({
    status: 'fail',
    requested: { source: 'user', mode: 'graceful', reason: 'wrong shop', user: {}, key: {} },
    delivered: { via: 'command', epoch: 1, state: 'running.stepping.acting' },
    abortRaised: { state: 'running.stepping.acting', stepIndex: 1 },
    browser: { outcome: 'alive', pid: expect.any(Number) },
    evidence: { steps: 2 },
  });
  const hops = HOPS.map((name) => receipt[name] as Hop);
  let at = Date.parse(receipt.requested.at);
  for (const hop of hops) {
    expect(Date.parse(hop.at) - at).toBe(hop.ms);
    at = Date.parse(hop.at);
  }
  expect(receipt.totalMs).toBe(hops.reduce((sum, { ms }) => sum + ms, 0));
});

it('a dry run foretells the way that the cancel then takes', async () => {
  const { id, watch } = await waiting();
  const { body } = await bench.client.request<{ path: string[] }>(
    'POST',
    `/v1/runs/${id}/cancel?dryRun=true`,
  );
  expect(body).toMatchObject({ dryRun: true, from: 'running.stepping.acting', step: { index: 1 } });
  expect((await bench.client.read(id)).status).toBe('running');
  await bench.client.cancel(id);
  const events = await watch.until(isRunEnd);
  expect(events).toBeDefined();
  const { events: stored } = await bench.client.read(id);
  const passed = stored.flatMap(({ type, payload }) =>
    type === 'transition' ? [(payload as { to: string }).to] : [],
  );
  expect(passed.slice(passed.indexOf(body.path[0]!))).toEqual(body.path);
});

it('an atomic step is waited for, and the steps that clean up are counted', async () => {
  const payment = { action: 'goto', url: '/gate?receipt', timeoutMs: 120_000, atomic: true };
  const cleanup = [
    { action: 'goto', url: '/' },
    { action: 'click', selector: '#nope', timeoutMs: 100 },
  ];
  const { id, watch } = await waiting([WAITING[0]!, payment], cleanup);
  await bench.client.cancel(id);
  await eventually(async () =>
    expect((await receiptOf(id)).waiting).toMatchObject({
      code: 'atomic_step',
      for: 'its atomic step to end',
      next: { state: 'cancelling.aborting' },
    }),
  );
  bench.site.release('/gate?receipt');
  await watch.until(isRunEnd);
  const receipt = await receiptOf(id);
  expect(receipt).toMatchObject({
    atomicStepEnded: { ended: true },
    onCancelDone: { ok: 1, failed: 1 },
    contextClosed: {},
    evidence: { steps: 2 },
  });
  expect(receipt).not.toHaveProperty('abortRaised');
});

it('I13: force closes the context, and the receipt says that the browser lives on', async () => {
  const { id, watch } = await waiting();
  await bench.client.cancel(id, { body: { mode: 'force' } });
  await watch.until(isRunEnd);
  const receipt = await receiptOf(id);
  expect(receipt).toMatchObject({ browser: { outcome: 'alive', pid: expect.any(Number) } });
  expect(receipt).toHaveProperty('contextClosed');
  expect(receipt).not.toHaveProperty('callInterrupted');
});

it('I3: a bulk cancel ends runs that are running and runs that wait, and says when it is done', async () => {
  const runs = [await waiting(), await waiting()];
  const queued = await bench.client.start({ baseUrl: bench.site.url, steps: WAITING });
  const ids = [...runs.map(({ id }) => id), queued];
  const { status, body: job } = await bench.client.request<Job>('POST', '/v1/runs/cancel', {
    body: { ids, reason: 'the shop is down' },
  });
  expect(status).toBe(202);
  expect(job).toMatchObject({ matched: 3 });
  await eventually(async () => {
    const { body } = await bench.client.request<Job>('GET', `/v1/cancel-jobs/${job.id}`);
    expect(body).toMatchObject({ status: 'done', cancelled: 3 });
  });
  for (const id of ids) expect(await bench.client.read(id)).toMatchObject({ status: 'fail' });
});
