import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Client } from '../support/http/client.ts';
import { cutStep, expectWholeStream, statusesOf } from '../support/http/run-stream.ts';
import { isEvent } from '../support/http/sse.ts';
import { connectReader } from '../support/servers/nats-reader.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { browsersWith } from '../support/stack/leaks.ts';
import { createStack, type Stack } from '../support/stack/stack.ts';

const LEASE_MS = 3_000;

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

/** A run that wants to survive its runner, that has one step behind it and waits within its second. */
async function startWaiting(tag: string) {
  const id = await client.start({
    baseUrl: site.url,
    onRunnerLoss: 'requeue',
    steps: [
      { action: 'goto', url: '/plain' },
      { action: 'goto', url: `/gate?${tag}` },
    ],
  });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  return { id, watch };
}

test('I2, I5, I6: a run whose runner is killed starts again on another one, and its stream goes on', async () => {
  const first = await stack.start('runner');
  const { id, watch } = await startWaiting('again');
  first.signal('SIGKILL');
  await first.exited;
  const second = await stack.start('runner');
  await watch.until(isEvent('requeued'), LEASE_MS + 5_000);
  site.release('/gate?again');

  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(statusesOf(messages)).toEqual(['running', 'pass']);
  const run = await client.read(id);
  expect(run).toMatchObject({
    ...{ status: 'pass', attempt: 2 },
    steps: [
      { index: 0, ok: true, attempt: 1 },
      { index: 0, ok: true, attempt: 2 },
      { index: 1, ok: true, attempt: 2 },
    ],
  });

  // NATS has had all of it, in order, though three processes published it.
  await using reader = await connectReader(stack.nats.readerUrl);
  const published = await eventually(async () => {
    const stored = await reader.stored(id);
    expect(stored.at(-1)?.data.kind).toBe('end');
    return stored;
  });
  const seqs = published.flatMap(({ data }) => data.seq ?? []);
  expect(seqs).toEqual(seqs.map((_, n) => n + 1));
  expect(await second.stop()).toBe(true);
});

test('I3: a run that was cancelled is not started again, however its runner goes', async () => {
  const runner = await stack.start('runner');
  const { id, watch } = await startWaiting('cancelled');
  runner.signal('SIGKILL');
  await runner.exited;
  const reply = await client.cancel(id);
  expect(reply.body).toEqual({ ok: true, id, status: 'cancelled', stale: true });
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({ cancelled: true, staleAfterRestart: true });
  expect(await client.read(id)).toMatchObject({
    status: 'fail',
    steps: [{ index: 0, ok: true }, cutStep(1, 'goto', 'its runner was lost')],
  });
  await eventually(async () => expect(await browsersWith(stack.home)).toEqual([]), { timeoutMs: 3_000 });
});

test('a run without the wish ends when its runner is lost', async () => {
  const runner = await stack.start('runner');
  const id = await client.start({
    baseUrl: site.url,
    steps: [{ action: 'goto', url: '/gate?lost' }],
  });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 0));
  runner.signal('SIGKILL');
  await runner.exited;
  expect(expectWholeStream(await watch.ended())).toMatchObject({
    ...{ cancelled: true, source: 'supervisor', staleAfterRestart: true },
  });
  // The next one removes what the killed ones left.
  await stack.start('runner');
});
