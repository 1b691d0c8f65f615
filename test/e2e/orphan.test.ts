import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Client } from '../support/http/client.ts';
import { cutStep, expectWholeStream, statusesOf } from '../support/http/run-stream.ts';
import { isRunEnd } from '../support/http/sse.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { browsersWith } from '../support/stack/leaks.ts';
import { createStack, type ServiceProcess, type Stack } from '../support/stack/stack.ts';
import { startWaitingRun } from '../support/stack/waiting-run.ts';

const LEASE_MS = 2_000;
const SWEEP_MS = 1_000;
/** For two slow cores. */
const SLACK_MS = 1_000;

/** The tests are one story: at first there is no supervisor. */
let stack: Stack;
let site: TestSite;
let client: Client;

beforeAll(async () => {
  stack = await createStack({
    env: { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '600' },
  });
  site = await startSite();
  client = await stack.clientOf(await stack.start('gateway'));
});

afterAll(() => site?.close());

const startWaiting = (tag: string) => startWaitingRun(client, site, tag);

async function kill(runner: ServiceProcess): Promise<void> {
  runner.signal('SIGKILL');
  await runner.exited;
}

const noBrowsers = () =>
  eventually(async () => expect(await browsersWith(stack.home)).toEqual([]), { timeoutMs: 3_000 });

test('I3, I5: the cancel of an orphan that no supervisor hears is kept, and carried out by one that comes later', async () => {
  const runner = await stack.start('runner');
  const { id, watch } = await startWaiting('unheard');
  await kill(runner);

  const reply = await client.cancel(id, { body: { reason: 'it hangs' } });
  expect(reply).toMatchObject({ status: 200, text: `{"ok":true,"id":"${id}","status":"cancelling"}` });
  expect((await client.read(id)).status).toBe('cancelling');

  await stack.start('supervisor');
  expect(expectWholeStream(await watch.ended())).toEqual({
    status: 'fail',
    cancelled: true,
    source: 'user',
    staleAfterRestart: true,
    reason: 'it hangs',
  });
  await noBrowsers();
});

test('I8, I9: the cancel of an orphan ends it at once and says so; its steps are kept, no browser is left', async () => {
  const runner = await stack.start('runner');
  const { id, watch } = await startWaiting('orphan');
  await kill(runner);

  const reply = await client.cancel(id);
  expect(reply.status).toBe(200);
  expect(reply.text).toBe(`{"ok":true,"id":"${id}","status":"cancelled","stale":true}`);
  expect(reply.ms).toBeLessThan(500);

  const messages = await watch.ended();
  const runEnd = { status: 'fail', cancelled: true, source: 'user', staleAfterRestart: true };
  expect(expectWholeStream(messages)).toEqual(runEnd);
  expect(statusesOf(messages)).toEqual(['running', 'fail']);
  const run = await client.read(id);
  expect(run).toMatchObject({ status: 'fail', state: 'fail', stopReason: 'stale' });
  expect(run.steps).toEqual([
    { index: 0, action: 'goto', ok: true },
    cutStep(1, 'waitForSelector', 'its runner was lost'),
  ]);
  expect(run.cancel).toMatchObject({ stale: true, verdict: { why: 'owner_gone', browser: 'unknown' } });
  expect((await client.cancel(id)).status).toBe(409);
  await noBrowsers();
  expect(site.open('/never?orphan')).toBe(0);
});

test('I5, I8: without a cancel an orphan is ended within lease and sweep, by the supervisor', async () => {
  const runner = await stack.start('runner');
  const { id, watch } = await startWaiting('swept');
  const killed = performance.now();
  await kill(runner);

  const messages = await watch.ended();
  const runEnd = { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true };
  expect(expectWholeStream(messages)).toEqual(runEnd);
  expect(messages.find(isRunEnd)!.came - killed).toBeLessThan(LEASE_MS + SWEEP_MS + SLACK_MS);
  const run = await client.read(id);
  expect(run).toMatchObject({ status: 'fail', stopReason: 'stale', cancel: { source: 'supervisor' } });
  expect(run.cancel).not.toHaveProperty('requestedAt');
  expect(run.steps).toEqual([
    { index: 0, action: 'goto', ok: true },
    cutStep(1, 'waitForSelector', 'its runner was lost'),
  ]);
  await noBrowsers();
});

test('I8: a runner that starts removes the temporary folder that a killed one left', async () => {
  const folders = () => readdir(join(stack.home, 'tmp'));
  const folderOf = ({ pid }: ServiceProcess) => expect.stringContaining(`runner-${pid}-`);
  const killed = await stack.start('runner');
  await kill(killed);
  await noBrowsers();
  expect(await folders()).toEqual([folderOf(killed)]);
  const next = await stack.start('runner');
  expect(await folders()).toEqual([folderOf(next)]);
});
