/* I3, I5, I7: without NATS runs start, are watched and are cancelled, and its stream lacks nothing afterwards. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream, messageIdsOf, seqsOf } from '../../support/http/run-stream.ts';
import { isEvent, isRunEnd, type SseMessage } from '../../support/http/sse.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack, startOneOfEach } from '../../support/stack/stack.ts';
import { enoughFor, SLACK_MS } from '../scale.ts';

const HEARTBEAT_MS = 800;
/** A watcher's gateway looks into the database each second, and so does a runner for work. */
const LOOK_MS = 1_000;

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

const startGated = async (tag: string, more: { project?: string } = {}) => {
  const id = await client.start({
    ...more,
    baseUrl: site.url,
    defaultTimeoutMs: 120_000,
    steps: [
      { action: 'goto', url: `/gated?${tag}` },
      { action: 'waitForSelector', selector: '#opened' },
    ],
  });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  return { id, watch };
};

const ready = async () => (await client.request('GET', '/ready')).body;
const READY = { ok: true };
const NO_NATS = {
  ok: false,
  error: 'not ready',
  missing: ['nats'],
  outages: [expect.objectContaining({ name: 'nats' })],
};
/** A new runner is not among them: a test that wants one waits for it. */
const isReady = () => eventually(async () => expect(await ready()).toEqual(READY), { timeoutMs: 10_000 });

async function killNats(): Promise<void> {
  process.kill(stack.nats.pid, 'SIGKILL');
  await stack.nats.exited;
}

const storedOf = async (id: string) => {
  await using reader = await connectReader(stack.nats.readerUrl);
  return (await reader.stored(id)).map((message) => message.id);
};

async function expectStored(id: string, messages: readonly SseMessage[]): Promise<void> {
  await eventually(async () => expect(await storedOf(id)).toEqual(messageIdsOf(id, messages)), {
    timeoutMs: 10_000,
    everyMs: 200,
  });
}

const SECONDS = share([1, 4], [1, 10, 60]);

test.each(SECONDS)(
  'row 12: NATS killed for %i s: runs start, go on, are watched and cancelled within a heartbeat, none is called stale; then its stream lacks nothing (I3, I5, I6, I7)',
  {
    timeout: enoughFor(60, 1_000),
  },
  async (seconds) => {
    const tag = `away-${seconds}`;
    // Its browser is its own: one whose cancelled run closes late is killed.
    const project = await client.addProject(tag);
    const [going, waiting, through] = await Promise.all([
      startGated(`${tag}-going`),
      startGated(`${tag}-waiting`, { project }),
      startGated(`${tag}-through`),
    ]);
    await killNats();
    const away = delay(seconds * 1_000);
    // A second is over amid the work; a longer absence lasts until all of the work was seen without NATS.
    const back = seconds === 1 ? away.then(() => stack.nats.startAgain()) : undefined;

    const sent = performance.now();
    const reply = await client.cancel(waiting.id);
    expect(reply.text).toBe(`{"ok":true,"id":"${waiting.id}","status":"cancelling"}`);
    expect(reply.ms).toBeLessThan(SLACK_MS);
    const ofWaiting = await waiting.watch.ended();
    expect(expectWholeStream(ofWaiting)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    // The time of the database, as the watcher hears of it only with its next look.
    const ended = Date.parse(ofWaiting.find(isRunEnd)!.data.at) - (Date.now() - (performance.now() - sent));
    expect(ended).toBeLessThan(HEARTBEAT_MS + SLACK_MS);

    const released = performance.now();
    site.release(`/gate?${tag}-going`);
    const ofGoing = await going.watch.ended();
    expect(expectWholeStream(ofGoing)).toEqual({ status: 'pass' });
    expect(ofGoing.find(isEvent('step_success', 1))!.came - released).toBeLessThan(LOOK_MS + SLACK_MS);

    const fresh = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
    const ofFresh = await (await client.watch(fresh)).ended();
    expect(expectWholeStream(ofFresh)).toEqual({ status: 'pass' });
    if (!back) await eventually(async () => expect(await ready()).toEqual(NO_NATS));

    await (back ?? away.then(() => stack.nats.startAgain()));
    await isReady();
    site.release(`/gate?${tag}-through`);
    const ofThrough = await through.watch.ended();
    expect(expectWholeStream(ofThrough)).toEqual({ status: 'pass' });
    await expectStored(going.id, ofGoing);
    await expectStored(waiting.id, ofWaiting);
    await expectStored(fresh, ofFresh);
    await expectStored(through.id, ofThrough);
    expect(await rows(stack.databaseUrl, 'select id from runs where stale')).toEqual([]);
  },
);

test('row 12: NATS killed and its store wiped: it gets its stream anew, and the events of open runs go on', async () => {
  const { id, watch } = await startGated('wiped');
  const last = seqsOf(watch.messages).at(-1);
  await eventually(async () => expect(await storedOf(id)).toContain(`${id}:${last}`));
  await killNats();
  await stack.nats.startAgain({ wiped: true });
  await isReady();

  site.release('/gate?wiped');
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  const stored = await expectRestStored(id, messages);
  expect(stored).not.toContain(`${id}:status:running`);
  expect(stored).not.toContain(`${id}:1`);
});

test('row 12: what NATS had acknowledged is not said again, neither after a wipe nor by the relay of a dead owner', async () => {
  const { id, watch } = await startGated('relayed');
  const last = () => seqsOf(watch.messages).at(-1);
  await eventually(async () => expect(await storedOf(id)).toContain(`${id}:${last()}`));
  await killNats();
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
  const all = messageIdsOf(id, messages);
  return eventually(async () => {
    const stored = await storedOf(id);
    expect(stored.at(-1)).toBe(`${id}:end`);
    expect(stored).toEqual(all.slice(-stored.length));
    return stored;
  });
}
