/* I3, I5, I8: a runner that PostgreSQL does not hear stops its browsers in time; without NATS it goes on. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { afterFile } from '../../support/file-hooks.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent, isRunEnd } from '../../support/http/sse.ts';
import { type FaultProxy, startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';
import { startWaitingRun } from '../../support/stack/waiting-run.ts';
import { SLACK_MS } from '../scale.ts';

const LEASE_MS = 5_000;
const HEARTBEAT_MS = LEASE_MS / 5;
const SWEEP_MS = 1_000;

/** The runner, and nobody else, reaches the servers by ways that can be cut. */
let stack: Stack;
let site: TestSite;
let client: Client;
let runner: ServiceProcess;
let postgres: FaultProxy;
let nats: FaultProxy;

beforeAll(async () => {
  const env = { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '900' };
  [stack, site] = await Promise.all([createStack({ env }), startSite()]);
  [postgres, nats] = await Promise.all([
    startFaultProxy(stack.databaseUrl),
    startFaultProxy(stack.nats.serviceUrl),
  ]);
  for (const proxy of [postgres, nats]) afterFile(() => Promise.resolve(proxy[Symbol.asyncDispose]()));
  const [gateway, started] = await Promise.all([
    stack.start('gateway'),
    stack.start('runner', { DATABASE_URL: postgres.url, NATS_URL: nats.url }),
    stack.start('supervisor'),
  ]);
  runner = started;
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

/** Whatever was cut, the same runner goes on with the next run when the ways are open again. */
afterEach(async () => {
  for (const proxy of [postgres, nats]) proxy.heal();
  const next = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  expect(expectWholeStream(await (await client.watch(next)).ended(20_000))).toEqual({ status: 'pass' });
  expect(runner.running).toBe(true);
});

/** Reset at once, or silent for both sides. */
type How = 'sever' | 'swallow';
const HOWS: How[] = ['sever', 'swallow'];

async function startWaiting(tag: string) {
  const { id, watch } = await startWaitingRun(client, site, tag);
  /** For after the cut, when nothing can renew it any more. */
  const leaseEnd = async () =>
    (await rows<{ until: Date }>(stack.databaseUrl, 'select until from leases where run_id = $1', [id]))[0]!
      .until;
  /** I8: judged by when the site lost its client, not by when that was looked at. The database has the same clock. */
  const closedBefore = async (end: Date) => {
    const page = `/never?${tag}`;
    await eventually(() => expect(site.open(page)).toBe(0), { timeoutMs: 2 * LEASE_MS });
    expect(site.left(page)!.getTime()).toBeLessThan(end.getTime());
  };
  return { id, watch, cut: performance.now(), leaseEnd, closedBefore };
}

const cancelling = (id: string) => ({ ok: true, id, status: 'cancelling' });
const STALE = { status: 'fail', cancelled: true, staleAfterRestart: true };
const BY_USER = { status: 'fail', cancelled: true, source: 'user' };

test.each(HOWS)(
  'row 17: a runner cut from PostgreSQL only (%s) stops its browsers before its lease ends; its run ends as stale (I2, I5, I8)',
  async (how) => {
    const { watch, cut, leaseEnd, closedBefore } = await startWaiting(`postgres-${how}`);
    postgres[how]();
    await closedBefore(await leaseEnd());
    const messages = await watch.ended(LEASE_MS + SWEEP_MS + 5_000);
    expect(expectWholeStream(messages)).toEqual({ ...STALE, source: 'supervisor' });
    expect(messages.find(isRunEnd)!.came - cut).toBeLessThan(LEASE_MS + SWEEP_MS + SLACK_MS);
  },
);

test('row 17: a cancel of a runner cut from PostgreSQL only reaches it by its command, and stops its browser at once (I3)', async () => {
  const { id, watch } = await startWaiting('postgres-cancel');
  postgres.sever();
  expect((await client.cancel(id)).body).toEqual(cancelling(id));
  await eventually(() => expect(site.open('/never?postgres-cancel')).toBe(0));
  // Its fence would have stopped the browser, too, and says so first.
  expect(runner.lines.filter((line) => line.includes(id) && line.includes('fenced'))).toEqual([]);
  // It cannot say so, and its lease is over at some time.
  expect(expectWholeStream(await watch.ended(LEASE_MS + SWEEP_MS + 5_000))).toMatchObject(BY_USER);
});

test.each(HOWS)(
  'row 17: a runner cut from NATS only (%s): a cancel answers that it is cancelling, never that it is stale, and reaches it by heartbeat (I3)',
  async (how) => {
    const { id, watch } = await startWaiting(`nats-${how}`);
    nats[how]();
    const sent = performance.now();
    expect((await client.cancel(id)).body).toEqual(cancelling(id));
    const messages = await watch.ended();
    expect(expectWholeStream(messages)).toEqual(BY_USER);
    expect(messages.find(isEvent('cancel'))?.data.payload).toMatchObject({ via: 'heartbeat' });
    // A watcher's gateway looks each second.
    expect(messages.find(isRunEnd)!.came - sent).toBeLessThan(HEARTBEAT_MS + 1_000 + SLACK_MS);
    expect((await client.read(id)).cancel).not.toHaveProperty('stale');
  },
);

test('row 17: a runner cut from NATS only goes on, and takes new runs', async () => {
  nats.sever();
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  expect(expectWholeStream(await (await client.watch(id)).ended())).toEqual({ status: 'pass' });
});

test('row 17: a runner that hears neither PostgreSQL nor NATS, in silence: a cancel answers that it is cancelling; its browsers are stopped before its lease ends, and then the run is stale (I3, I5, I8)', async () => {
  const { id, watch, cut, leaseEnd, closedBefore } = await startWaiting('both-silent');
  postgres.swallow();
  nats.swallow();
  const end = await leaseEnd();
  // Its session lives, for all that anybody knows.
  expect((await client.cancel(id)).body).toEqual(cancelling(id));
  await closedBefore(end);
  const messages = await watch.ended(LEASE_MS + SWEEP_MS + 5_000);
  expect(expectWholeStream(messages)).toEqual({ ...STALE, source: 'user' });
  expect(messages.find(isRunEnd)!.came - cut).toBeLessThan(LEASE_MS + SWEEP_MS + SLACK_MS);
});

test('row 17: a runner whose connections to PostgreSQL and NATS are both reset looks dead: a cancel may end its run at once, and its browser is stopped before its lease ends (I5, I8)', async () => {
  const { id, watch, leaseEnd, closedBefore } = await startWaiting('both-reset');
  postgres.sever();
  nats.sever();
  const end = await leaseEnd();
  const reply = await client.cancel(id);
  expect([cancelling(id), { ok: true, id, status: 'cancelled', stale: true }]).toContainEqual(reply.body);
  await closedBefore(end);
  expect(expectWholeStream(await watch.ended(LEASE_MS + SWEEP_MS + 5_000))).toEqual({
    ...STALE,
    source: 'user',
  });
});
