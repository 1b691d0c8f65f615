/* I2, I8, I9: a runner that wakes after its lease closes its pages at once, and its late results are kept apart. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { eventually } from '../../support/eventually.ts';
import { afterThisTest } from '../../support/file-hooks.ts';
import type { Client } from '../../support/http/client.ts';
import { cutStep, expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent, isRunEnd } from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type Stack } from '../../support/stack/stack.ts';
import { startWaitingRun } from '../../support/stack/waiting-run.ts';

const LEASE_MS = 3_000;
/** On whatever machine it runs on, a second more. */
const CLOSED_WITHIN_MS = share(2_000, 1_000);

let stack: Stack;
let site: TestSite;
let client: Client;

beforeAll(async () => {
  stack = await createStack({
    env: { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '600' },
  });
  site = await startSite();
  const [gateway] = await Promise.all([stack.start('gateway'), stack.start('supervisor')]);
  client = await stack.clientOf(gateway);
});

afterAll(() => site?.close());

/** For this test; the next one has one of its own, also if this one fails. */
async function startRunner() {
  const runner = await stack.start('runner');
  afterThisTest(() => runner.stop());
  return runner;
}

const startWaiting = (tag: string) => startWaitingRun(client, site, tag);

test('row 2: a runner stopped past its lease finds its runs ended when it wakes, closes their pages within a second, and its late results are kept apart (I2, I8)', async () => {
  const runner = await startRunner();
  const [left, cancelled] = await Promise.all([startWaiting('left'), startWaiting('cancelled')]);
  runner.signal('SIGSTOP');

  // Its session lives, so nobody can know yet whether it is gone.
  const reply = await client.cancel(cancelled.id);
  expect(reply.text).toBe(`{"ok":true,"id":"${cancelled.id}","status":"cancelling"}`);
  const [ofLeft, ofCancelled] = await Promise.all([left.watch.ended(), cancelled.watch.ended()]);
  const stale = { status: 'fail', cancelled: true, staleAfterRestart: true };
  expect(expectWholeStream(ofLeft)).toEqual({ ...stale, source: 'supervisor' });
  expect(expectWholeStream(ofCancelled)).toEqual({ ...stale, source: 'user' });
  const before = await client.read(left.id);
  expect(before.cancel?.verdict).toMatchObject({ why: 'lease_expired', browser: 'unknown' });
  expect(site.open('/never?left')).toBe(1);

  runner.signal('SIGCONT');
  await eventually(() => expect(site.open('/never?left') + site.open('/never?cancelled')).toBe(0), {
    timeoutMs: CLOSED_WITHIN_MS,
  });
  const after = await eventually(async () => {
    const run = await client.read(left.id);
    expect(run.cancel?.lateResults).toHaveLength(1);
    return run;
  });
  expect(after.cancel?.lateResults?.[0]).toMatchObject({ epoch: 1, browserClosed: true });
  expect({ ...after, cancel: undefined }).toEqual({ ...before, cancel: undefined });
  const seen = await (await client.watch(left.id)).ended();
  expect(seen.filter(isRunEnd).map(({ data }) => data)).toEqual(
    ofLeft.filter(isRunEnd).map(({ data }) => data),
  );

  // It goes on with the next run.
  const next = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  expect(expectWholeStream(await (await client.watch(next)).ended())).toEqual({ status: 'pass' });
});

test('row 2: what a stopped runner had done and not stored is refused, and shown as its late result (I9)', async () => {
  const runner = await startRunner();
  const steps = [{ action: 'goto', url: '/gate?late' }];
  const id = await client.start({ baseUrl: site.url, steps });
  const watch = await client.watch(id);
  await site.asked('/gate?late');
  await watch.until(isEvent('step_start', 0));
  runner.signal('SIGSTOP');
  // Its browser goes on, and has the page before the runner wakes.
  site.release('/gate?late');
  await site.asked('/came?late');
  const ended = await watch.ended();
  expect(expectWholeStream(ended)).toMatchObject({ cancelled: true, staleAfterRestart: true });

  runner.signal('SIGCONT');
  const run = await eventually(async () => {
    const found = await client.read(id);
    expect(found.cancel?.lateResults).toHaveLength(1);
    return found;
  });
  expect(run).toMatchObject({ status: 'fail', steps: [cutStep(0, 'goto', 'its runner was lost')] });
  const succeeded = expect.objectContaining({ type: 'step_success', stepIndex: 0 });
  expect(run.cancel?.lateResults?.[0]).toMatchObject({
    result: { events: expect.arrayContaining([succeeded]) },
  });
  expect(run.events.at(-1)?.type).toBe('run_end');
});

test('row 2: a runner that wakes and claims its own run again keeps the new lease while its old actor closes, and has one browser page for it (I2, I8)', async () => {
  const database = connectDatabase({ url: stack.databaseUrl, applicationName: 'row 2' });
  try {
    const runner = await startRunner();
    const { id, watch } = await startWaitingRun(client, site, 'again', { onRunnerLoss: 'requeue' });
    runner.signal('SIGSTOP');
    await watch.until(isEvent('requeued'));
    runner.signal('SIGCONT');

    // Well past its lease: a runner that lost it would know by then.
    await eventually(async () => {
      const [run] = await database.sql.rows<Held>(HELD_FOR, [id]);
      expect(run).toMatchObject({ status: 'running', state: 'running.stepping.acting', epoch: 3 });
      expect(run!.held).toBeGreaterThan(2 * LEASE_MS);
    });
    await eventually(() => expect(site.open('/never?again')).toBe(1));
    expect((await client.cancel(id)).status).toBe(200);
    expect(expectWholeStream(await watch.ended())).toEqual({
      status: 'fail',
      cancelled: true,
      source: 'user',
    });
    await eventually(() => expect(site.open('/never?again')).toBe(0));
  } finally {
    await database[Symbol.asyncDispose]();
  }
});

interface Held {
  status: string;
  state: string;
  epoch: number;
  held: number;
}
const HELD_FOR = `
select status, state, runs.epoch, extract(epoch from renewed_at - claimed_at)::float8 * 1000 as held
from runs join leases on run_id = id where id = $1`;
