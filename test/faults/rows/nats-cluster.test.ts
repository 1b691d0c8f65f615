/* I3, I6, I7: when one of three NATS servers is killed, runs go on, are cancelled at once and lose no event. */
import { connect } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream, messageIdsOf, range } from '../../support/http/run-stream.ts';
import { isEvent, isRunEnd } from '../../support/http/sse.ts';
import { type ClusterNode, type NatsCluster, startNatsCluster } from '../../support/servers/nats-cluster.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type Stack, startOneOfEach } from '../../support/stack/stack.ts';
import { SLACK_MS } from '../scale.ts';

const HEARTBEAT_MS = 1_000;
/** Without NATS a cancel comes with a heartbeat, and a stream looks again after a second. */
const AT_ONCE_MS = HEARTBEAT_MS + 1_000 + SLACK_MS;
const GRACE_MS = 1_500;
const STREAM = 'GHOSTLY_EVENTS';

let cluster: NatsCluster;
let stack: Stack;
let site: TestSite;
let client: Client;

beforeAll(async () => {
  [cluster, site] = await Promise.all([startNatsCluster(), startSite()]);
  // The one server that comes with a stack stays unused.
  stack = await createStack({
    env: {
      NATS_URL: cluster.serviceUrl,
      GHOSTLY_NATS_ISSUER_SEED: cluster.issuerSeed,
      GHOSTLY_LEASE_MS: String(5 * HEARTBEAT_MS),
    },
  });
  ({ client } = await startOneOfEach(stack));
});
afterAll(() => site?.close());

/** Where the stream's leader is, and which others have all of it. */
async function streamCluster(node: ClusterNode) {
  const { host, username, password } = new URL(cluster.readerUrl(node));
  const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
  try {
    const { cluster: found } = await (await connection.jetstreamManager()).streams.info(STREAM);
    const followers = (found?.replicas ?? []).filter(({ current, offline }) => current && !offline);
    return { leader: found?.leader ?? '', current: followers.map(({ name }) => name) };
  } finally {
    await connection.close();
  }
}

const SOON = { timeoutMs: 30_000, everyMs: 200 };
const others = (gone: ClusterNode) => cluster.nodes.filter((node) => node !== gone);
const whole = () =>
  eventually(async () => {
    const { leader, current } = await streamCluster(cluster.nodes[0]!);
    expect([leader, ...current].toSorted()).toEqual(cluster.nodes.map(({ name }) => name));
    return cluster.nodes.find(({ name }) => name === leader)!;
  }, SOON);

async function startGated(tag: string, more: object = {}) {
  const steps = range(0, 2).flatMap((n) => [
    { action: 'goto', url: `/gated?${tag}-${n}` },
    { action: 'waitForSelector', selector: '#opened' },
  ]);
  const id = await client.start({ baseUrl: site.url, steps, ...more });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  return { id, watch, release: (n: number) => site.release(`/gate?${tag}-${n}`) };
}

test('row 24: on a cluster the stream of events is on three servers, and is again if it was on a single one', async () => {
  const { port } = await whole();
  const { username, password } = new URL(cluster.serviceUrl.split(',')[0]!);
  const servers = `127.0.0.1:${port}`;
  const connection = await connect({ servers, user: username, pass: decodeURIComponent(password) });
  const manager = await connection.jetstreamManager();
  await eventually(() => manager.streams.update(STREAM, { num_replicas: 1 }), SOON);
  await connection.close();
  await eventually(async () => expect((await streamCluster(cluster.nodes[0]!)).current).toEqual([]), SOON);
  await whole();
});

/** Each in turn, so that every connection is lost at some time. */
const VICTIMS = ['one that does not lead', 'the leader', 'the other one that does not lead'] as const;
const SOME_VICTIMS = VICTIMS.slice(0, share(2, 3));

test.each(SOME_VICTIMS)(
  'row 24: of three NATS servers %s is killed: runs go on and start, are watched and cancelled at once, and the stream lacks nothing (I3, I6, I7)',
  async (which) => {
    const leader = await whole();
    const victim = which === 'the leader' ? leader : others(leader)[VICTIMS.indexOf(which) / 2]!;
    const tag = which.replaceAll(' ', '-');
    // Its browser is its own: one whose cancelled run closes late is killed.
    const project = await client.addProject(tag);
    const [going, waiting] = await Promise.all([
      startGated(tag),
      startGated(`${tag}-cancelled`, { project }),
    ]);
    going.release(0);
    await victim.kill();

    const sent = performance.now();
    const reply = await client.cancel(waiting.id);
    expect(reply.text).toBe(`{"ok":true,"id":"${waiting.id}","status":"cancelling"}`);
    const ofWaiting = await waiting.watch.ended();
    expect(expectWholeStream(ofWaiting)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    expect(ofWaiting.find(isRunEnd)!.came - sent).toBeLessThan(AT_ONCE_MS + GRACE_MS);
    const fresh = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
    const ofFresh = await (await client.watch(fresh)).ended();
    expect(expectWholeStream(ofFresh)).toEqual({ status: 'pass' });
    const released = performance.now();
    going.release(1);
    const ofGoing = await going.watch.ended();
    expect(ofGoing.find(isEvent('step_success', 3))!.came - released).toBeLessThan(AT_ONCE_MS);
    expect(expectWholeStream(ofGoing)).toEqual({ status: 'pass' });

    const runs = [
      [going.id, ofGoing],
      [waiting.id, ofWaiting],
      [fresh, ofFresh],
    ] as const;
    // Two of three are enough to acknowledge everything, once they have a leader.
    const ids = runs.map(([id]) => id);
    await eventually(async () => {
      const left = 'select run_id from unpublished where run_id = any ($1)';
      expect(await rows(stack.databaseUrl, left, [ids])).toEqual([]);
    }, SOON);
    await victim.startAgain();
    await using reader = await connectReader(cluster.readerUrl(victim));
    for (const [id, messages] of runs)
      await eventually(async () => {
        expect((await reader.stored(id)).map((message) => message.id)).toEqual(messageIdsOf(id, messages));
      }, SOON);
  },
);
