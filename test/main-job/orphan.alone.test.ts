import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownerGone } from '../support/database/owner-gone.ts';
import { eventually, promisedMs } from '../support/eventually.ts';
import { cutStep, expectWholeStream, statusesOf } from '../support/http/run-stream.ts';
import { isRunEnd } from '../support/http/sse.ts';
import { browsersWith } from '../support/stack/leaks.ts';
import type { ServiceProcess } from '../support/stack/stack.ts';
import { useStack } from '../support/stack/use-stack.ts';
import { startWaitingRun } from '../support/stack/waiting-run.ts';

const LEASE_MS = 2_000;
const SWEEP_MS = 1_000;
/** For two slow cores. */
const SLACK_MS = 1_000;

const bench = useStack({ besides: ['supervisor'] });
const startRunner = () =>
  bench.stack.start('runner', { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '600' });
const startWaiting = (tag: string) => startWaitingRun(bench.client, bench.site, tag);

async function kill(runner: ServiceProcess): Promise<void> {
  runner.signal('SIGKILL');
  await runner.exited;
}

const noBrowsers = () =>
  eventually(async () => expect(await browsersWith(bench.stack.home)).toEqual([]), {
    timeoutMs: promisedMs(3_000),
  });

test('I8, I9: the cancel of an orphan ends it at once and says so; its steps are kept, no browser is left', async () => {
  const runner = await startRunner();
  const { id, watch } = await startWaiting('orphan');
  await kill(runner);
  await ownerGone(bench.stack.databaseUrl, id);

  const reply = await bench.client.cancel(id);
  expect(reply.status).toBe(200);
  expect(reply.text).toBe(`{"ok":true,"id":"${id}","status":"cancelled","stale":true}`);

  const messages = await watch.ended();
  const runEnd = { status: 'fail', cancelled: true, source: 'user', staleAfterRestart: true };
  expect(expectWholeStream(messages)).toEqual(runEnd);
  expect(statusesOf(messages)).toEqual(['running', 'fail']);
  const run = await bench.client.read(id);
  expect(run).toMatchObject({ status: 'fail', outcome: 'cancelled', state: 'fail', stopReason: 'stale' });
  expect(run.steps).toEqual([
    { index: 0, action: 'goto', ok: true },
    cutStep(1, 'waitForSelector', 'its runner was lost'),
  ]);
  expect(run.cancel).toMatchObject({ stale: true, verdict: { why: 'owner_gone', browser: 'unknown' } });
  expect((await bench.client.cancel(id)).status).toBe(409);
  await noBrowsers();
  expect(bench.site.open('/never?orphan')).toBe(0);
});

let swept: ServiceProcess;

test('I5, I8: without a cancel an orphan is ended within lease and sweep, by the supervisor', async () => {
  swept = await startRunner();
  const { id, watch } = await startWaiting('swept');
  const killed = performance.now();
  await kill(swept);

  const messages = await watch.ended();
  const runEnd = { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true };
  expect(expectWholeStream(messages)).toEqual(runEnd);
  expect(messages.find(isRunEnd)!.came - killed).toBeLessThan(LEASE_MS + SWEEP_MS + SLACK_MS);
  const run = await bench.client.read(id);
  expect(run).toMatchObject({
    status: 'fail',
    outcome: 'lost',
    stopReason: 'stale',
    cancel: { source: 'supervisor' },
  });
  expect(run.cancel).not.toHaveProperty('requestedAt');
  expect(run.steps).toEqual([
    { index: 0, action: 'goto', ok: true },
    cutStep(1, 'waitForSelector', 'its runner was lost'),
  ]);
  await noBrowsers();
});

test('I8: a runner that starts removes the temporary folder that a killed one left', async () => {
  const folders = () => readdir(join(bench.stack.home, 'tmp'));
  const folderOf = ({ pid }: ServiceProcess) => expect.stringContaining(`runner-${pid}-`);
  expect(await folders()).toEqual([folderOf(swept)]);
  const next = await startRunner();
  expect(await folders()).toEqual([folderOf(next)]);
  await next.stop();
});
