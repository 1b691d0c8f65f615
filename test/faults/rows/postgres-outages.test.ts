/* I3, I5, I8: without PostgreSQL nothing is accepted, browsers stop before leases end, and all recovers by itself. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import type { Client, Reply } from '../../support/http/client.ts';
import { cutStep, expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { onlyReads } from '../../support/servers/only-reads.ts';
import { type PostgresServer, startPostgresServer } from '../../support/servers/postgres-server.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type Stack, startOneOfEach } from '../../support/stack/stack.ts';
import { enoughFor, SLACK_MS } from '../scale.ts';

const LEASE_MS = 15_000;
const HEARTBEAT_MS = LEASE_MS / 5;
/** Long enough for a page to close in on a busy machine: the browser of one that does not is killed, and its neighbours fail. */
const GRACE_MS = 3_000;
/** An owner that hears nothing of its lease for so long stops its browsers. */
const FENCE_MS = 0.6 * LEASE_MS;

/** A PostgreSQL of this file's own, to be killed. */
let postgres: PostgresServer;
let stack: Stack;
let site: TestSite;
let client: Client;

beforeAll(async () => {
  [postgres, site] = await Promise.all([startPostgresServer(), startSite()]);
  const env = {
    GHOSTLY_LEASE_MS: String(LEASE_MS),
    GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS),
    RUNNER_SLOTS: '4',
  };
  stack = await createStack({ env, databaseUrl: postgres.url });
  ({ client } = await startOneOfEach(stack));
});
afterAll(() => site?.close());

const gated = (path: string) => ({
  baseUrl: site.url,
  steps: [
    { action: 'goto', url: `/gated?${path}` },
    { action: 'waitForSelector', selector: '#opened' },
  ],
});
const PLAIN = [{ action: 'goto', url: '/plain' }];

async function startGated(path: string) {
  const id = await client.start(gated(path));
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  return { id, watch };
}

const isReady = () =>
  eventually(async () => expect((await client.request('GET', '/ready')).status).toBe(200), {
    timeoutMs: PATIENCE_MS,
  });
const UNAVAILABLE = { status: 503, text: '{"ok":false,"error":"the database is out of reach, try again"}' };

/** Tries everything that would be a promise; it must be refused. */
async function expectNothingPromised(project: string, id: string): Promise<void> {
  const body = { project, baseUrl: site.url, steps: PLAIN };
  const replies = await Promise.all([
    client.cancel(id),
    client.request('POST', '/v1/run', { body }),
    client.request('POST', '/v1/run', { body, headers: { 'Idempotency-Key': `key-${id}` } }),
    client.request('POST', '/v1/runs/cancel', { body: { ids: [id] } }),
  ]);
  expect(replies.map(({ status, text }) => ({ status, text }))).toEqual(replies.map(() => UNAVAILABLE));
}
const storedRuns = async () =>
  (await rows<{ n: number }>(postgres.url, 'select count(*)::int as n from runs'))[0]!.n;

test('row 13: PostgreSQL killed for a second: nothing is accepted meanwhile, and runs survive what is shorter than 0.6 lease (I3)', async () => {
  const [going, waiting] = await Promise.all([startGated('short'), startGated('short-waiting')]);
  const project = await client.project();
  const before = await storedRuns();
  await postgres.kill();
  await expectNothingPromised(project, waiting.id);
  site.release('/gate?short'); // the step ends while its outcome cannot be stored
  await delay(1_000);
  await postgres.startAgain();
  await isReady();

  expect(expectWholeStream(await going.watch.ended())).toEqual({ status: 'pass' });
  expect(await storedRuns()).toBe(before);
  const run = await client.read(waiting.id);
  expect(run.status).toBe('running');
  expect(run).not.toHaveProperty('cancel');
  expect((await client.cancel(waiting.id)).body).toEqual({ ok: true, id: waiting.id, status: 'cancelling' });
  const ended = { status: 'fail', cancelled: true, source: 'user' };
  expect(expectWholeStream(await waiting.watch.ended())).toEqual(ended);
});

test('row 13: PostgreSQL that only reads for a second, as after a failover: nothing is accepted meanwhile, and runs survive it (I3)', async () => {
  const [going, waiting] = await Promise.all([startGated('read'), startGated('read-waiting')]);
  const project = await client.project();
  const before = await storedRuns();
  await onlyReads(postgres.url, true);
  try {
    await eventually(async () => expect((await client.read(going.id)).status).toBe('running'));
    await expectNothingPromised(project, waiting.id);
    await eventually(async () => expect((await client.request('GET', '/ready')).status).toBe(503));
    site.release('/gate?read'); // the step ends while its outcome cannot be stored
    await delay(1_000);
  } finally {
    await onlyReads(postgres.url, false);
  }

  expect(expectWholeStream(await going.watch.ended())).toEqual({ status: 'pass' });
  expect(await storedRuns()).toBe(before);
  expect((await client.cancel(waiting.id)).body).toEqual({ ok: true, id: waiting.id, status: 'cancelling' });
  const ended = { status: 'fail', cancelled: true, source: 'user' };
  expect(expectWholeStream(await waiting.watch.ended())).toEqual(ended);
});

const SECONDS = [10, 60].slice(0, share(1, 2));

test.each(SECONDS)(
  'row 13: PostgreSQL killed for %i s, longer than 0.6 lease: the runner stops its browsers before its lease is over, nothing passes that was not stored, and all recovers by itself (I2, I5, I8)',
  {
    timeout: enoughFor(60, 1_000),
  },
  async (seconds) => {
    const tag = `long-${seconds}`;
    const [going, waiting] = await Promise.all([startGated(tag), startGated(`${tag}-waiting`)]);
    const project = await client.project();
    const before = await storedRuns();
    await postgres.kill();
    const killed = performance.now();
    const back = delay(seconds * 1_000).then(() => postgres.startAgain());
    await expectNothingPromised(project, waiting.id);
    site.release(`/gate?${tag}`); // it ends well, and nobody will ever know

    await eventually(() => expect(site.open(`/gate?${tag}-waiting`)).toBe(0), {
      timeoutMs: FENCE_MS + SLACK_MS,
    });
    // The lease was renewed a heartbeat before at the latest.
    expect(performance.now() - killed).toBeLessThan(LEASE_MS - HEARTBEAT_MS);
    await back;
    await isReady();
    const stale = {
      status: 'fail',
      cancelled: true,
      source: 'supervisor',
      staleAfterRestart: true,
      loss: 'outage',
    };
    for (const { id, watch } of [going, waiting]) {
      expect(expectWholeStream(await watch.ended())).toEqual(stale);
      expect((await client.read(id)).steps).toEqual([
        { index: 0, action: 'goto', ok: true },
        cutStep(1, 'waitForSelector', 'PostgreSQL was out of reach'),
      ]);
    }
    expect(await storedRuns()).toBe(before);
    const next = await client.start({ baseUrl: site.url, steps: PLAIN });
    expect(expectWholeStream(await (await client.watch(next)).ended())).toEqual({ status: 'pass' });
    expect(stack.processes.every(({ running }) => running)).toBe(true);
  },
);

const RESTARTS = share(2, 12);
const EVERY_MS = share(2_500, 5_000);

test(`row 13: PostgreSQL restarted every ${EVERY_MS / 1_000} s, ${RESTARTS} times, under load: what was answered holds, every accepted run ends once (I3, I5, I6)`, {
  timeout: enoughFor(RESTARTS, 2 * EVERY_MS),
}, async () => {
  // Runs of different projects share no browser: one that is killed because a cancelled run did not close in time, as on a
  // busy machine, fails none of those that have to pass.
  const project = await client.project();
  const own = await client.addProject('cancelled');
  const stop = new AbortController();
  const accepted: string[] = [];
  const cancels = new Map<string, number>();
  const ask = (work: () => Promise<Reply<{ id?: string }>>) =>
    work().then((reply) => {
      expect([200, 202, 409, 503]).toContain(reply.status);
      return reply;
    });
  const load = async (n: number) => {
    for (let turn = 0; !stop.signal.aborted; turn += 1) {
      const isCancelled = turn % 3 === n;
      const body = { project: isCancelled ? own : project, baseUrl: site.url, steps: PLAIN };
      const started = await ask(() => client.request('POST', '/v1/run', { body }));
      const { id } = started.body;
      if (started.status === 202 && id !== undefined) {
        accepted.push(id);
        if (isCancelled)
          cancels.set(id, (await ask(() => client.cancel(id) as Promise<Reply<object>>)).status);
      }
      await delay(200);
    }
  };
  const loads = Promise.all([load(0), load(1)]);
  for (let n = 0; n < RESTARTS; n += 1) {
    await delay(EVERY_MS);
    await (n % 2 === 0 ? postgres.kill() : postgres.shutDown());
    await postgres.startAgain();
  }
  stop.abort();
  await loads;
  await isReady();

  expect(accepted.length).toBeGreaterThan(RESTARTS);
  for (const id of accepted) {
    const messages = await (await client.watch(id)).ended(30_000);
    const payload = expectWholeStream(messages);
    const cancelled = { status: 'fail', cancelled: true, source: 'user' };
    const answer = cancels.get(id);
    if (answer === 200) expect(payload).toMatchObject(cancelled);
    // Nothing was promised: it may have been recorded.
    else if (answer === 503) expect([{ status: 'pass' }, cancelled]).toContainEqual(payload);
    else expect(payload, JSON.stringify(messages.map(({ data }) => data))).toEqual({ status: 'pass' });
  }
});
