import { setTimeout as passes } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { afterFile } from '../support/file-hooks.ts';
import type { Client } from '../support/http/client.ts';
import { expectWholeStream } from '../support/http/run-stream.ts';
import { type FaultProxy, startFaultProxy } from '../support/servers/fault-proxy/fault-proxy.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { createStack, type ServiceProcess } from '../support/stack/stack.ts';
import { startWaitingRun } from '../support/stack/waiting-run.ts';

/** As they are by default. */
const TIMES = { GHOSTLY_LEASE_MS: '10000', GHOSTLY_CANCEL_GRACE_MS: '2500' };
const ANSWER_MS = 1_200;
const SLOW_FOR_MS = 8_000;

let site: TestSite;
let client: Client;
let runner: ServiceProcess;
let postgres: FaultProxy;

beforeAll(async () => {
  const [stack, started] = await Promise.all([createStack({ env: TIMES }), startSite()]);
  site = started;
  postgres = await startFaultProxy(stack.databaseUrl);
  afterFile(() => Promise.resolve(postgres[Symbol.asyncDispose]()));
  const [gateway, slowed] = await Promise.all([
    stack.start('gateway'),
    stack.start('runner', { DATABASE_URL: postgres.url }),
    stack.start('supervisor'),
  ]);
  runner = slowed;
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

test('I2, I5: a database that takes 1.2 s for each answer to a runner loses none of its runs', async () => {
  const waiting = await Promise.all(['a', 'b', 'c'].map((tag) => startWaitingRun(client, site, tag)));
  postgres.delay(ANSWER_MS / 2);
  await passes(SLOW_FOR_MS);
  expect(waiting.map((_, n) => site.open(`/never?${'abc'[n]}`))).toEqual([1, 1, 1]);
  postgres.heal();
  for (const { id, watch } of waiting) {
    expect(await client.read(id)).toMatchObject({ status: 'running' });
    expect((await client.cancel(id)).status).toBe(200);
    const end = { status: 'fail', cancelled: true, source: 'user' };
    expect(expectWholeStream(await watch.ended())).toEqual(end);
  }
  expect(runner.lines.filter((line) => line.includes('fenced'))).toEqual([]);
});
