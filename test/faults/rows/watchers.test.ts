/* I6, I7: watchers that stall, come late or reconnect see each event once, and cost a gateway little memory. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream, range, seqsOf } from '../../support/http/run-stream.ts';
import { isEvent, type SseMessage, type Watch } from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';
import { enoughFor, repeat } from '../scale.ts';

const MIB = 1024 ** 2;
/** For two slow cores. */
const RESPONSIVE_MS = 3_000;

let stack: Stack;
let site: TestSite;
let client: Client;
let gateway: ServiceProcess;

/** Else garbage alone would take more: what is left over is what is needed. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=128' };

/** The runner comes later, so that a run can wait for it. */
beforeAll(async () => {
  [stack, site] = await Promise.all([createStack(), startSite()]);
  gateway = await stack.start('gateway', SMALL_HEAP);
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

/** What the gateway has in memory, bytes. */
async function memory(): Promise<number> {
  const status = await readFile(`/proc/${gateway.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1_024;
}
/** Looks at it now and then; resolves to how much more it had at most than at the beginning. */
async function watchMemory() {
  const before = await memory();
  let most = before;
  const look = async () => {
    most = Math.max(most, await memory());
  };
  return { look, grown: () => most - before };
}

async function expectResponsive(): Promise<void> {
  const reply = await client.request('GET', '/v1/runs?limit=20');
  expect(reply.status).toBe(200);
  expect(reply.ms).toBeLessThan(RESPONSIVE_MS);
}

/** The largest size. */
const EVENT_BYTES = 20_000;
/** More than the system keeps for a connection. */
const EVENTS = share(1_200, 400);
const BATCHES = 4;
const STALLED = share(20, 300);
/** Memory of a watcher that takes nothing: its connection, and what its response can hold. */
const EACH_BYTES = 0.5 * MIB;
/** What else it takes to write hundreds of megabytes. */
const ELSE_BYTES = 180 * MIB;

/** Adds events to a run that waits for a runner. */
const addEvents = (id: string, count: number) =>
  rows(
    stack.databaseUrl,
    `with run as (update runs set last_seq = last_seq + $2 where id = $1 returning last_seq)
     insert into events (run_id, seq, type, payload, at)
     select $1, last_seq - $2 + n, 'transition', json_build_object('text', repeat('x', $3)), clock_timestamp()
     from run, generate_series(1, $2) as n`,
    [id, count, EVENT_BYTES],
  );

/** Opens the stream of a run, and takes no more of it than comes first until the test asks for it. */
async function openStalled(id: string): Promise<Socket> {
  const { hostname, port } = new URL(client.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined); // it may be cut
  socket.write(
    `GET /v1/runs/${id}/events/stream HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: ${stack.apiKey}\r\n\r\n`,
  );
  await once(socket, 'readable');
  return socket;
}

/** The ids of what comes from now on, until the last one is `lastSeq`. */
const readIds = (socket: Socket, lastSeq: number) =>
  new Promise<number[]>((resolve) => {
    let rest = '';
    const ids: number[] = [];
    socket.setEncoding('latin1').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.startsWith('id: ')) ids.push(Number(line.slice(4)));
      if (ids.at(-1) === lastSeq) resolve(ids);
    });
  });

test(`row 18: ${STALLED} watchers that stop reading cost a gateway ${EACH_BYTES / MIB} MiB each at the most, disturb nobody, and miss nothing when they read on (I7)`, {
  timeout: enoughFor(STALLED, 6_000),
}, async () => {
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  const steady = await client.watch(id);
  const used = await watchMemory();
  const sockets: Socket[] = [];
  await repeat(STALLED, 50, async () => void sockets.push(await openStalled(id)));
  for (let n = 1; n <= BATCHES; n += 1) {
    await addEvents(id, EVENTS / BATCHES);
    await steady.until(({ data }) => data.seq === (n * EVENTS) / BATCHES, enoughFor(STALLED, 2_000));
    await expectResponsive();
    await used.look();
  }
  console.log(`grown by ${Math.round(used.grown() / MIB)} MiB`);
  expect(seqsOf(steady.messages)).toEqual(range(1, EVENTS));
  expect(used.grown()).toBeLessThan(STALLED * EACH_BYTES + ELSE_BYTES);
  const [woken, ...asleep] = sockets as [Socket, ...Socket[]];
  for (const socket of asleep) socket.destroy();
  expect(await readIds(woken, EVENTS)).toEqual(range(1, EVENTS));
  woken.destroy();
  steady.close();
  expect((await client.cancel(id)).status).toBe(200);
});

const GATES = 10;
/** Two steps for each gate: `/gate?<tag>-<n>`. */
const gated = (tag: string) => ({
  baseUrl: site.url,
  defaultTimeoutMs: 120_000,
  steps: range(0, GATES).flatMap((n) => [
    { action: 'goto', url: `/gated?${tag}-${n}` },
    { action: 'waitForSelector', selector: '#opened' },
  ]),
});
const WATCHERS = share(200, 1_000);
/** Memory of a watcher that takes everything at once. */
const QUICK_BYTES = 0.1 * MIB;

test(`row 18: ${WATCHERS} watchers of one run, whenever they come, see all of it, each event once, while others are served (I6, I7)`, {
  timeout: enoughFor(WATCHERS, 100),
}, async () => {
  await Promise.all([stack.start('runner'), stack.start('supervisor')]);
  const id = await client.start(gated('many'));
  const first = await client.watch(id);
  const used = await watchMemory();
  const watches = [first];
  for (let gate = 0; gate < GATES; gate += 1) {
    await first.until(isEvent('step_start', 2 * gate + 1), 30_000);
    await repeat(WATCHERS / GATES, 50, async () => void watches.push(await client.watch(id)));
    site.release(`/gate?many-${gate}`);
    await expectResponsive();
    await used.look();
  }
  const whole = (await first.ended(30_000)).map(({ raw }) => raw);
  for (const watch of watches) {
    const messages = await watch.ended(30_000);
    expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
    expect(messages.slice(1).map(({ raw }) => raw)).toEqual(whole.slice(1));
  }
  await used.look();
  console.log(`grown by ${Math.round(used.grown() / MIB)} MiB`);
  expect(used.grown()).toBeLessThan(WATCHERS * QUICK_BYTES + ELSE_BYTES);
});

test('row 18: a watcher that loses its connection after each event, 100 times, misses none and sees none twice (I7)', async () => {
  const steps = Array.from({ length: 25 }, () => ({ action: 'goto', url: '/plain' }));
  const id = await client.start({ baseUrl: site.url, steps });
  const seen: SseMessage[] = [];
  let connections = 0;
  let ended = false;
  while (!ended) {
    const watch: Watch = await client.watch(id, seen.at(-1)?.data.seq);
    connections += 1;
    const next = await watch.until(({ data }) => data.kind === 'end' || data.kind === 'assist', 30_000);
    if (next.data.kind === 'assist') seen.push(next);
    else ended = true;
    watch.close();
  }
  const all = await (await client.watch(id)).ended();
  expect(seqsOf(seen)).toEqual(seqsOf(all));
  expect(seen.map(({ raw }) => raw)).toEqual(all.filter(({ id }) => id !== undefined).map(({ raw }) => raw));
  expect(connections).toBeGreaterThan(100);
});
