/* I3, I12: each test of a batch keeps its runs, its verdict and its cancel, though gateways and runners die. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Batch, BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';
import { expectTidied } from '../rows/doomed.ts';

/*
 * Gateways that are killed, stopped for longer than a batch is theirs, and woken, and runners that are killed, while a batch goes
 * on. The gateway that answers is stopped, too, and woken.
 */
let stack: Stack;
let site: TestSite;
let client: Client;
let answering: ServiceProcess;
let path: string;
const alive = new Set<ServiceProcess>();

const start = async (service: 'gateway' | 'runner') => {
  const started = await stack.start(service);
  alive.add(started);
  return started;
};
const kill = async (process: ServiceProcess) => {
  alive.delete(process);
  process.signal('SIGKILL');
  await process.exited;
};

beforeAll(async () => {
  [stack, site] = await Promise.all([
    createStack({ env: { GHOSTLY_LEASE_MS: '3000', GHOSTLY_CANCEL_GRACE_MS: '900' } }),
    startSite(),
  ]);
  answering = await stack.start('gateway');
  client = await stack.clientOf(answering);
  await stack.start('supervisor');
  path = `/v1/projects/${await client.project()}/batches`;
});
afterAll(async () => {
  await Promise.all([...alive].map((one) => one.stop()));
  await expectTidied(stack);
  await site.close();
});

const ask = <Row>(text: string, values: unknown[] = []) => rows<Row>(stack.databaseUrl, text, values);

async function startBatch(steps: object[], tests: number, more: object): Promise<string> {
  const flow = { name: 'visit', definition: { baseUrl: site.url, steps } };
  const inputs = Array.from({ length: tests }, (_, n) => ({ name: `row ${n}` }));
  const { status, text, body } = await client.request<BatchSummary>('POST', path, {
    body: { ...more, flows: [{ flow, rows: inputs }] },
  });
  expect(status, text).toBe(201);
  return body.id;
}

const read = async (id: string) => (await client.request<Batch>('GET', `${path}/${id}`)).body;
const ended = (id: string) =>
  eventually(
    async () => {
      const batch = await read(id);
      expect(batch.finishedAt, JSON.stringify(batch.counts)).toBeDefined();
      return batch;
    },
    { timeoutMs: 120_000, everyMs: 250 },
  );

/** A batch is a gateway's for 10 s. */
const STOPPED_MS = 11_000;

/** Faults, one after the other, until it is enough. */
async function breakThings(isEnough: AbortSignal): Promise<number> {
  let [second, third, runner] = await Promise.all([start('gateway'), start('gateway'), start('runner')]);
  let faults = 0;
  for (; !isEnough.aborted; faults += 4) {
    second.signal('SIGSTOP');
    await delay(1_000);
    await kill(third);
    third = await start('gateway');
    await delay(STOPPED_MS - 4_000);
    const before = runner;
    runner = await start('runner');
    await kill(before);
    answering.signal('SIGSTOP');
    await delay(3_000);
    for (const one of [second, answering]) one.signal('SIGCONT');
    [second, third] = [third, second];
  }
  return faults;
}

/** Each attempt has one run, of the tests in their order, and no more went on at once than the batch says. */
async function expectWhole({ id, tests, maxParallel, retries }: Batch): Promise<void> {
  const runs = await ask<{ id: string; test: string; attempt: number; from: Date; to: Date }>(
    `select id, trigger ->> 'test' as test, (trigger ->> 'attempt')::int as attempt, created_at as from, finished_at as to
     from runs where trigger ->> 'batch' = $1`,
    [id],
  );
  const known = tests.flatMap(({ name: test, attempts }) =>
    attempts.map(({ runId, attempt }) => ({ id: runId, test, attempt })),
  );
  const order = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  expect(runs.map(({ id: run, test, attempt }) => ({ id: run, test, attempt })).toSorted(order)).toEqual(
    known.toSorted(order),
  );
  for (const { attempts } of tests) {
    expect(attempts.map(({ attempt }) => attempt)).toEqual(attempts.map((_, n) => n + 1));
    expect(attempts.length).toBeLessThanOrEqual(retries + 1);
  }
  const atOnce = runs.map((run) => runs.filter(({ from, to }) => from <= run.from && run.from < to).length);
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(maxParallel);
}

const [TESTS, ROUNDS] = share([60, 1], [300, 3]);
const VISIT = [
  { action: 'goto', url: '/plain' },
  { action: 'waitForSelector', selector: 'h1' },
];
const NEVER = [...VISIT, { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 }];

test('row 34: gateways that are killed, stopped and woken, and runners that are killed, leave each test of a batch its runs and its verdict (I12)', async () => {
  const id = await startBatch(VISIT, TESTS, { maxParallel: 3, retries: 5 });
  const enough = new AbortController();
  const breaking = breakThings(enough.signal);
  const batch = await ended(id).finally(() => enough.abort());
  const faults = await breaking;
  expect(batch).toMatchObject({ status: 'pass', counts: { tests: TESTS, fail: 0, flaky: 0 } });
  await expectWhole(batch);
  const attempts = batch.tests.flatMap((one) => one.attempts);
  console.log(
    `${TESTS} tests, ${attempts.length} runs, ${faults} faults: each test passed, with one run an attempt`,
  );
}, 300_000);

test(`row 34: a batch that is cancelled while they die leaves none, ${ROUNDS} times (I3)`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await startBatch(NEVER, 100, { maxParallel: 8, retries: 2 });
    const [second, runner] = await Promise.all([start('gateway'), start('runner')]);
    await eventually(async () => expect((await read(id)).counts.running).toBe(8));
    const cancel = client.request('POST', `${path}/${id}/cancel`, { body: {} });
    await kill(second);
    expect((await cancel).status).toBe(202);
    await kill(runner);
    await start('runner');
    const batch = await ended(id);
    expect(batch).toMatchObject({ status: 'cancelled', counts: { tests: 100, cancelled: 100 } });
    await expectWhole(batch);
    expect(await ask(`select id from runs where status in ('running', 'cancelling')`)).toEqual([]);
    expect(await ask('select from batch_ends')).toEqual([]);
  }
}, 300_000);
