/* I6, I11: a subscriber whose stream has dropped events is notified, fills its gap, and has each event once. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { sizeEventStream } from '#shared/adapters/bus/event-stream.ts';
import { createApi } from '../../../../examples/subscriber/api.ts';
import { createInbox } from '../../../../examples/subscriber/inbox.ts';
import { openRecord } from '../../../../examples/subscriber/record.ts';
import { relayNow } from '../../../../services/supervisor/relay.ts';
import { claimByHand, queueRun, TO_PASS } from '../../../support/database/runs.ts';
import { eventually, PATIENCE_MS } from '../../../support/eventually.ts';
import { extendedOnly } from '../../../support/share.ts';
import { entriesIn, startSubscriber } from '../../../support/stack/subscriber.ts';
import { startGateway, type TestGateway } from '../fixture.ts';
import { createWorld, type Holder, listenTo, type World } from './fixture.ts';

const STREAM = 'GHOSTLY_EVENTS';
const KIB = 1024;
const DAY_MS = 86_400_000;
/** Nobody renews it. */
const LEASE_MS = 600_000;

let world: World;
let gateway: TestGateway;
let folder: string;
beforeAll(async () => {
  world = await createWorld();
  const { serviceUrl: NATS_URL, issuerSeed: GHOSTLY_NATS_ISSUER_SEED } = world.nats;
  gateway = await startGateway({
    databaseUrl: world.databaseUrl,
    config: { NATS_URL, GHOSTLY_NATS_ISSUER_SEED },
  });
  folder = await mkdtemp(join(tmpdir(), 'gaps-'));
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const keep = async (kib: number) =>
  sizeEventStream(world.bus, { bytes: kib * KIB, ageMs: DAY_MS, replicas: 1 });

/** A run from its start to `pass`, published as by a supervisor; without its last events if it is to go on. */
async function playRun(of: Pick<Holder, 'userId' | 'projectId'>, events = TO_PASS.length) {
  const { id } = await queueRun(world.sql, of);
  const owned = await claimByHand(world.sql, randomUUID(), LEASE_MS);
  for (const event of TO_PASS.slice(0, events)) expect(await owned.commit(event)).toBeDefined();
  await relayNow(world, id);
  const end = async () => {
    for (const event of TO_PASS.slice(events)) expect(await owned.commit(event)).toBeDefined();
    await relayNow(world, id);
  };
  return { id, end };
}

const playRuns = async (of: Holder, count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push((await playRun(of)).id);
  return ids;
};

const subscribe = (of: Holder) => {
  const file = join(folder, `${of.userId}.ndjson`);
  const subscriber = startSubscriber({ url: gateway.url, apiKey: of.key, file });
  const has = (ids: string[]) =>
    eventually(async () => {
      const ended = new Set((await entriesIn(file)).flatMap((one) => (one.kind === 'end' ? one.runId : [])));
      expect(ids.filter((id) => !ended.has(id))).toEqual([]);
    });
  return { ...subscriber, file, has };
};

const notices = (output: string) => output.split('\n').filter((line) => line.includes('a gap')).length;

/** Every event of each run, as the database has them. */
async function expectAllOnce(file: string, ids: string[]): Promise<void> {
  const stored = await world.sql.rows<{ id: string; seqs: number[] }>(
    'select run_id as id, array_agg(seq order by seq) as seqs from events where run_id = any($1) group by 1',
    [ids],
  );
  expect(stored).toHaveLength(ids.length);
  const written = await entriesIn(file);
  for (const { id, seqs } of stored) {
    const ofRun = written.filter(({ runId }) => runId === id);
    expect(ofRun.flatMap(({ seq }) => seq ?? [])).toEqual(seqs);
    expect(ofRun.map(({ kind, status }) => status ?? kind).filter((kind) => kind !== 'assist')).toEqual([
      'running',
      'pass',
      'end',
    ]);
  }
}

extendedOnly(() => {
  test('a subscriber that was away while 200 runs passed a small stream is notified of its gap, fills it, and has each event once', async () => {
    await keep(512);
    const ann = await world.addHolder();
    const first = subscribe(ann);
    const before = await playRuns(ann, 2);
    await first.has(before);
    const going = await playRun(ann, 3);
    expect(await first.end('SIGTERM')).toBe(0);

    const away = await playRuns(ann, 200);
    const { state } = await (await (await world.bus[CONNECTION]()).jetstreamManager()).streams.info(STREAM);
    expect(state.first_seq).toBeGreaterThan(1_000);
    const second = subscribe(ann);
    await second.has([...before, ...away]);
    // The run that had not ended shows its gap with its next event.
    await going.end();
    await second.has([going.id]);
    // Each of its two consumers may say so, if not in the same words.
    expect([1, 2]).toContain(notices(second.output()));
    await second.end('SIGTERM');
    await expectAllOnce(second.file, [...before, ...away, going.id]);
  });
});

test('I6: the end of a run of which nothing else was heard comes after all that was sent before it', async () => {
  await keep(512);
  const ann = await world.addHolder();
  const [{ id: runId }, other] = [await playRun(ann), await playRun(ann)];
  const run = await world.sql.row<{ at: Date }>('select finished_at as at from runs where id = $1', [runId]);
  const file = join(folder, `${ann.userId}-end.ndjson`);
  const api = createApi(gateway.url, ann.key);
  const inbox = createInbox({ api, record: openRecord(file), show: () => undefined });
  // What the stream still has of the run when its beginning is dropped.
  await inbox.take({ kind: 'end', at: run!.at.toISOString(), runId });
  await expectAllOnce(file, [runId]);
  await inbox.fillGap({ kind: 'gap', before: run!.at.toISOString(), at: run!.at.toISOString() });
  await expectAllOnce(file, [runId, other.id]);
});

test('a new consumer is notified that the stream has dropped events, later ones from when on, and again until it has acknowledged', async () => {
  await keep(64);
  const ann = await world.addHolder();
  await playRuns(ann, 20);
  const name = `feed_own_${ann.handle}`;
  const nextGap = async (acknowledge: boolean) => {
    const connection = await world.durable(ann);
    for await (const message of connection.subscribe(`ghostly.v1.durable.${name}`, { queue: 'readers' })) {
      const notice = message.json<{ kind: string; since?: string; before: string }>();
      if (notice.kind !== 'gap') continue;
      if (acknowledge) await connection.request(message.reply ?? '', '', { timeout: PATIENCE_MS });
      await connection.close();
      return notice;
    }
    throw new Error('no notice came');
  };
  const signedInAt = Date.now();
  expect((await nextGap(true)).since).toBeUndefined();
  // A minute of tolerance is longer than this stream is.
  const second = await nextGap(false);
  expect(Date.parse(second.since ?? '')).toBeLessThan(signedInAt);
  expect(Date.parse(second.since ?? '')).toBeGreaterThan(signedInAt - 120_000);
  // The notice itself is lost, as when the stream has dropped it.
  const { consumers } = await (await world.bus[CONNECTION]()).jetstreamManager();
  await consumers.delete(STREAM, name.replace('feed_', 'gap_'));
  expect((await nextGap(true)).since).toBe(second.since);
});

test('I11: a notice reaches nobody but the consumer that it is for', async () => {
  const [ann, bob] = [await world.addHolder(), await world.addHolder()];
  await world.join(ann.projectId, bob);
  const live = await listenTo(await world.live(bob), `ghostly.v1.events.*.${ann.projectId}.>`);
  const others = await listenTo(
    await world.durable(bob),
    `ghostly.v1.durable.feed_projects_${bob.handle}`,
    'readers',
  );
  const own = await listenTo(
    await world.durable(ann),
    `ghostly.v1.durable.feed_own_${ann.handle}`,
    'readers',
  );
  await own.until('"kind":"gap"');
  const { id } = await playRun(ann);
  await Promise.all([live, others, own].map((ear) => ear.until(`"kind":"end"`)));
  expect(live.heard.filter(({ text }) => text.includes('"gap"'))).toEqual([]);
  // Bob has its own, of its own consumer.
  expect(others.heard.filter(({ text }) => text.includes('"gap"'))).toHaveLength(1);
  expect(own.heard.filter(({ text }) => text.includes('"gap"'))).toHaveLength(1);
  expect(id).toBeDefined();
});
