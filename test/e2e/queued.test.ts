import { beforeAll, expect, test } from 'vitest';
import type { Client } from '../support/http/client.ts';
import { expectWholeStream, statusesOf } from '../support/http/run-stream.ts';
import { isStatus } from '../support/http/sse.ts';
import { createStack, type Stack } from '../support/stack/stack.ts';

/** The tests are one story: first there is neither runner nor supervisor. */
let stack: Stack;
let client: Client;

const FLOW = { baseUrl: 'http://127.0.0.1:1', steps: [{ action: 'goto', url: '/' }] };

beforeAll(async () => {
  stack = await createStack();
  client = await stack.clientOf(await stack.start('gateway'));
});

test('I3, I5: a cancel that no supervisor hears is kept: no runner takes the run, a supervisor started later ends it', async () => {
  const id = await client.start(FLOW);
  const watch = await client.watch(id);

  const reply = await client.cancel(id);
  expect(reply).toMatchObject({ status: 200, text: `{"ok":true,"id":"${id}","status":"cancelling"}` });
  expect((await client.read(id)).status).toBe('cancelling');
  expect((await client.cancel(id)).text).toBe(reply.text);

  const runner = await stack.start('runner');
  const taken = await client.start(FLOW);
  await runner.logged(taken); // so it has looked at the queue
  await (await client.watch(taken)).ended();
  expect(runner.lines.join('\n')).not.toContain(id);
  expect((await client.read(id)).state).toBe('running.queued');
  await runner.stop();

  await stack.start('supervisor');
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
  expect(await client.read(id)).toMatchObject({ status: 'fail', stopReason: 'cancelled', steps: [] });
});

test('I3, I6: with a supervisor a queued run is cancelled at once, in one commit, and is not called stale', async () => {
  const id = await client.start(FLOW);
  const watch = await client.watch(id);
  await watch.until(isStatus('running'));

  const reply = await client.cancel(id, { body: { reason: 'not wanted' } });
  expect(reply).toMatchObject({ status: 200, text: `{"ok":true,"id":"${id}","status":"cancelling"}` });
  const run = await client.read(id);
  expect(run).toMatchObject({ status: 'fail', state: 'fail', stopReason: 'cancelled', steps: [] });
  expect(run.cancel).not.toHaveProperty('stale');

  const messages = await watch.ended();
  const runEnd = { status: 'fail', cancelled: true, source: 'user', reason: 'not wanted' };
  expect(expectWholeStream(messages)).toEqual(runEnd);
  expect(statusesOf(messages)).toEqual(['running', 'fail']);
});

test('I5: a run that no runner takes ends by the queue timeout, as a failure and not as a cancel', async () => {
  const impatient = await stack.start('gateway', { GHOSTLY_QUEUE_TIMEOUT_MS: '200' });
  const id = await (await stack.clientOf(impatient)).start(FLOW);
  const messages = await (await client.watch(id)).ended();

  const error = 'no runner took the run in time';
  expect(expectWholeStream(messages)).toEqual({ status: 'fail', error });
  const run = await client.read(id);
  expect(run).toMatchObject({ status: 'fail', stopReason: 'queue_timeout', error, steps: [] });
  expect(run).not.toHaveProperty('cancel');
  expect((await client.cancel(id)).status).toBe(409);
});

test('a run that waited for a runner is taken by the first one that comes', async () => {
  const id = await client.start(FLOW);
  expect((await client.read(id)).state).toBe('running.queued');
  const watch = await client.watch(id);
  await stack.start('runner');
  expect(expectWholeStream(await watch.ended())).toEqual({ status: 'fail' });
  expect((await client.read(id)).steps).toHaveLength(1);
});
