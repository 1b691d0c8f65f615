import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { connectReader } from '../support/nats-reader.ts';
import { expectWholeStream, seqsOf } from '../support/run-stream.ts';
import { startSite, type TestSite } from '../support/site.ts';
import { isEvent, isRunEnd, type SseMessage } from '../support/sse.ts';
import { createStack, type ServiceProcess, type Stack, startOneOfEach } from '../support/stack.ts';

const HEARTBEAT_MS = 400;
/** A watcher's gateway looks into the database each second. */
const LOOK_MS = 1_000;
const SLACK_MS = 600;

let stack: Stack;
let site: TestSite;
let client: Client;
let runner: ServiceProcess;

beforeAll(async () => {
  stack = await createStack({
    env: { GHOSTLY_LEASE_MS: String(5 * HEARTBEAT_MS), GHOSTLY_CANCEL_GRACE_MS: '600' },
  });
  site = await startSite();
  ({ client, runner } = await startOneOfEach(stack));
});

afterAll(() => site?.close());

const startGated = async (tag: string) => {
  const id = await client.start({
    baseUrl: site.url,
    steps: [
      { action: 'goto', url: `/gated?${tag}` },
      { action: 'waitForSelector', selector: '#opened' },
    ],
  });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  return { id, watch };
};

const natsBack = (text: string) =>
  Promise.all(stack.processes.map((service: ServiceProcess) => service.logged(text)));

/** What a reader of the JetStream stream should find, in this order. */
const idsOf = (id: string, messages: readonly SseMessage[]) =>
  messages.map(({ data }) => {
    if (data.kind === 'assist') return `${id}:${data.seq}`;
    return data.kind === 'status' ? `${id}:status:${data.status}` : `${id}:end`;
  });

const storedOf = async (id: string) => {
  await using reader = await connectReader(stack.nats.readerUrl);
  return (await reader.stored(id)).map((message) => message.id);
};

test('I3, I5, I7: with NATS away runs start, go on, are watched and cancelled; when it is back, its stream lacks nothing', async () => {
  const [going, waiting] = await Promise.all([startGated('going'), startGated('waiting')]);

  await stack.nats.stop();
  await natsBack('NATS is out of reach');
  expect((await client.request('GET', '/ready')).body).toEqual({
    ok: false,
    error: 'not ready',
    missing: ['nats'],
  });
  site.release('/gate?going');
  const released = performance.now();
  const ofGoing = await going.watch.ended();
  expect(expectWholeStream(ofGoing)).toEqual({ status: 'pass' });
  expect(ofGoing.find(isEvent('step_success', 1))!.came - released).toBeLessThan(LOOK_MS + SLACK_MS);

  const sent = performance.now();
  const reply = await client.cancel(waiting.id);
  expect(reply.text).toBe(`{"ok":true,"id":"${waiting.id}","status":"cancelling"}`);
  expect(reply.ms).toBeLessThan(SLACK_MS);
  const ofWaiting = await waiting.watch.ended();
  expect(expectWholeStream(ofWaiting)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
  // The time of the database, as the watcher hears of it only with its next look.
  const ended = Date.parse(ofWaiting.find(isRunEnd)!.data.at) - (Date.now() - (performance.now() - sent));
  expect(ended).toBeLessThan(HEARTBEAT_MS + SLACK_MS);

  const fresh = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  const ofFresh = await (await client.watch(fresh)).ended();
  expect(expectWholeStream(ofFresh)).toEqual({ status: 'pass' });

  await stack.nats.startAgain();
  await natsBack('NATS is back');
  const runs = [
    [going.id, ofGoing],
    [waiting.id, ofWaiting],
    [fresh, ofFresh],
  ] as const;
  for (const [id, messages] of runs)
    await eventually(async () => expect(await storedOf(id)).toEqual(idsOf(id, messages)), {
      timeoutMs: 8_000,
      everyMs: 200,
    });
});

test('after its store was wiped NATS gets its stream anew, and the events of open runs go on', async () => {
  const { id, watch } = await startGated('wiped');
  await stack.nats.stop();
  await stack.nats.startAgain({ wiped: true });
  await eventually(async () => expect((await client.request('GET', '/ready')).status).toBe(200));

  site.release('/gate?wiped');
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  await expectRestStored(id, messages);
});

test('what NATS had acknowledged is not said again, neither after a wipe nor by the relay of a dead owner', async () => {
  const { id, watch } = await startGated('relayed');
  const last = () => seqsOf(watch.messages).at(-1);
  await eventually(async () => expect(await storedOf(id)).toContain(`${id}:${last()}`));
  await stack.nats.stop();
  runner.signal('SIGKILL');
  await runner.exited;
  await stack.nats.startAgain({ wiped: true });

  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({ staleAfterRestart: true });
  const stored = await expectRestStored(id, messages);
  expect(stored).not.toContain(`${id}:status:running`);
  expect(stored).not.toContain(`${id}:1`);
  await stack.start('runner'); // removes what the killed one left
});

/** The stream holds the last entries of the run up to its end, each once and in order. */
async function expectRestStored(id: string, messages: readonly SseMessage[]): Promise<string[]> {
  const all = idsOf(id, messages);
  return eventually(async () => {
    const stored = await storedOf(id);
    expect(stored.at(-1)).toBe(`${id}:end`);
    expect(stored).toEqual(all.slice(-stored.length));
    return stored;
  });
}
