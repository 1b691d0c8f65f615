/* I5, I8, I9: a run whose runner was killed ends in time, keeps its steps, and leaves no browser. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownerGone } from '../support/database/owner-gone.ts';
import { rows } from '../support/database/rows.ts';
import { eventually, promisedMs, scaledMs } from '../support/eventually.ts';
import { cutStep, expectWholeStream, statusesOf } from '../support/http/run-stream.ts';
import { browsersWith } from '../support/stack/leaks.ts';
import type { ServiceProcess } from '../support/stack/stack.ts';
import { useStack } from '../support/stack/use-stack.ts';
import { startWaitingRun } from '../support/stack/waiting-run.ts';

/** A busy machine keeps it until its runner is killed. */
const LEASE_MS = scaledMs(4_000);

const bench = useStack({ besides: ['supervisor'] });
const startRunner = () =>
  bench.stack.start('runner', { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '600' });
/** By the clock of the database. */
const LATE = `select (extract(epoch from finished_at - $2) * 1000)::float8 as ms from runs where id = $1`;
const startWaiting = (tag: string) => startWaitingRun(bench.client, bench.site, tag);

const ask = <Row>(text: string, values: unknown[]) => rows<Row>(bench.stack.databaseUrl, text, values);

async function kill(runner: ServiceProcess): Promise<void> {
  runner.signal('SIGKILL');
  await runner.exited;
}

const noBrowsers = () =>
  eventually(async () => expect(await browsersWith(bench.stack.home)).toEqual([]), {
    timeoutMs: promisedMs(3_000),
  });

test('I8, I9: the cancel of an orphan ends it at once and says so; its steps are kept, no browser is left', async () => {
  // On a busy machine the supervisor may be later than a gateway waits for it: then the run is cancelled all the same.
  const { id, watch } = await eventually(async () => {
    const runner = await startRunner();
    const orphan = await startWaiting('orphan');
    await kill(runner);
    await ownerGone(bench.stack.databaseUrl, orphan.id);
    const { status, text } = await bench.client.cancel(orphan.id);
    expect(status).toBe(200);
    expect(text).toBe(`{"ok":true,"id":"${orphan.id}","status":"cancelled","stale":true}`);
    return orphan;
  });

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

test('I5, I8: without a cancel an orphan is ended when its lease is over, by the supervisor', async () => {
  swept = await startRunner();
  const { id, watch } = await startWaiting('swept');
  await kill(swept);
  const [lease] = await ask<{ until: Date }>('select until from leases where run_id = $1', [id]);

  const messages = await watch.ended();
  const runEnd = { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true };
  expect(expectWholeStream(messages)).toEqual(runEnd);
  const [late] = await ask<{ ms: number }>(LATE, [id, lease!.until]);
  expect(late!.ms).toBeGreaterThanOrEqual(0);
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
