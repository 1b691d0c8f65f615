/* I11: a subscriber hears the events of its user and its projects alone, and can say nothing to others. */
import { randomUUID } from 'node:crypto';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { createWorld, type Holder, listenTo, refusalOf, type World } from './fixture.ts';

let world: World;
let ann: Holder;
let bob: Holder;
let live: NatsConnection;
let durable: NatsConnection;

beforeAll(async () => {
  world = await createWorld();
  [ann, bob] = [await world.addHolder(), await world.addHolder()];
  [live, durable] = [await world.live(ann), await world.durable(ann)];
});
afterAll(() => world.close());

/** `ANN`, `BOB`: their user; `ANNS`, `BOBS`: their project; `hA`, `hB`: their handle. */
const named = (subject: string): string =>
  subject
    .replace(/\bANN\b/, ann.userId)
    .replace(/\bBOB\b/, bob.userId)
    .replace(/\bANNS\b/, ann.projectId)
    .replace(/\bBOBS\b/, bob.projectId)
    .replace('hA', ann.handle)
    .replace('hB', bob.handle);

const NOT_HERS = [
  'ghostly.v1.events.BOB.>',
  'ghostly.v1.events.*.BOBS.>',
  'ghostly.v1.events.>',
  'ghostly.v1.events.*.>',
  'ghostly.v1.events.*.*.>',
  'ghostly.v1.events.*.*.*.*',
  'ghostly.v1.events.*.*.*.run_end',
  'ghostly.v1.>',
  'ghostly.>',
  '>',
  '*.>',
  '*.*.*.*.*.*.*',
  'ghostly.v1.run.*.command',
  'ghostly.v1.run.*.live',
  'ghostly.v1.queued',
  'ghostly.v1.supervisor.finalise',
  '_INBOX.>',
  '_INBOX_hB.>',
  '_GHOSTLY_INBOX.>',
  '$SYS.>',
  '$SYS.REQ.USER.AUTH',
  '$JS.>',
  '$JS.API.>',
  '$JS.ACK.GHOSTLY_EVENTS.>',
  '$JS.EVENT.>',
  'ghostly.v1.durable.>',
  'ghostly.v1.durable.feed_own_hB',
];

/** Nobody but services may say these, durable or not. */
const NEVER_SAID = [
  'ghostly.v1.events.ANN.ANNS.r.run_end',
  'ghostly.v1.events.BOB.BOBS.r.run_end',
  'ghostly.v1.run.r.command',
  'ghostly.v1.run.r.live',
  'ghostly.v1.queued',
  'ghostly.v1.supervisor.finalise',
  '_INBOX_hB.x',
  '_GHOSTLY_INBOX.x',
  '$SYS.REQ.USER.AUTH',
  '$SYS.REQ.SERVER.PING',
  '$SYS.REQ.SERVER.x.KICK',
  ...['$JS.API', '$JS.ghostly.API'].flatMap((api) => [
    `${api}.INFO`,
    `${api}.STREAM.NAMES`,
    `${api}.STREAM.LIST`,
    `${api}.STREAM.CREATE.MINE`,
    ...['INFO', 'UPDATE', 'PURGE', 'DELETE', 'MSG.GET', 'MSG.DELETE', 'SNAPSHOT'].map(
      (verb) => `${api}.STREAM.${verb}.GHOSTLY_EVENTS`,
    ),
    `${api}.DIRECT.GET.GHOSTLY_EVENTS`,
    ...['CREATE', 'NAMES', 'LIST', 'DURABLE.CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].map(
      (verb) => `${api}.CONSUMER.${verb}.GHOSTLY_EVENTS`,
    ),
    ...['CREATE', 'DURABLE.CREATE', 'DELETE', 'PAUSE'].flatMap((verb) =>
      ['own_hA', 'mine'].map((name) => `${api}.CONSUMER.${verb}.GHOSTLY_EVENTS.${name}`),
    ),
    ...['INFO', 'MSG.NEXT'].flatMap((verb) =>
      ['feed_own_hA', 'own_hA', 'feed_own_hB', 'own_hB'].map(
        (name) => `${api}.CONSUMER.${verb}.GHOSTLY_EVENTS.${name}`,
      ),
    ),
  ]),
  '$JS.ACK.GHOSTLY_EVENTS.feed_own_hB.1.1.1.1700000000000000000.0',
  '$JS.FC.GHOSTLY_EVENTS.feed_own_hA.x',
  'ghostly.v1.durable.feed_own_hA',
  'ghostly.v1.durable.feed_own_hB',
];

describe('a subscriber that listens', () => {
  test.each(NOT_HERS)('I11: may not subscribe to %s', async (subject) => {
    await expect(listenTo(live, named(subject))).rejects.toThrow(/permissions violation/i);
  });

  test.each([
    ...NEVER_SAID,
    '$JS.ghostly.API.CONSUMER.MSG.NEXT.GHOSTLY_EVENTS.own_hA',
    '_INBOX_hA.x',
    'anything',
  ])('I11: may not publish %s', async (subject) => {
    expect(await refusalOf(live, named(subject))).toBe(named(subject));
  });

  test('hears the events of its user and of its projects, and no others', async () => {
    const [own, ofProject] = await Promise.all([
      listenTo(live, subjects.eventsOfUser(ann.userId)),
      listenTo(live, subjects.eventsOfProject(ann.projectId)),
    ]);
    const foreign = await world.say(bob);
    const elsewhere = await world.say({ userId: ann.userId, projectId: bob.projectId });
    const among = await world.say({ userId: bob.userId, projectId: ann.projectId });
    const both = await world.say(ann);
    await Promise.all([own.until(both), ofProject.until(both)]);
    const runs = ({ heard }: typeof own) =>
      heard.map(({ text }) => (JSON.parse(text) as { runId: string }).runId);
    expect(runs(own)).toEqual([elsewhere, both]);
    expect(runs(ofProject)).toEqual([among, both]);
    expect(JSON.stringify([own.heard, ofProject.heard])).not.toContain(foreign);
  });

  test('hears a run by a narrower subject', async () => {
    const runId = randomUUID();
    const ear = await listenTo(live, `ghostly.v1.events.${ann.userId}.*.${runId}.step_start`);
    await world.say(ann, 1, runId);
    expect((await ear.until(runId)).subject).toBe(
      `ghostly.v1.events.${ann.userId}.${ann.projectId}.${runId}.step_start`,
    );
  });
});

describe('a subscriber with durable consumers', () => {
  test.each([...NOT_HERS, 'ghostly.v1.events.ANN.>', 'ghostly.v1.events.*.ANNS.>'])(
    'I11: may not subscribe to %s',
    async (subject) => {
      await expect(listenTo(durable, named(subject))).rejects.toThrow(/permissions violation/i);
    },
  );

  test.each(NEVER_SAID)('I11: may not publish %s', async (subject) => {
    expect(await refusalOf(durable, named(subject))).toBe(named(subject));
  });

  test('may acknowledge what its own consumers hand out', async () => {
    const acknowledgement = `$JS.ACK.GHOSTLY_EVENTS.feed_own_${ann.handle}.1.1.1.1700000000000000000.0`;
    expect(await refusalOf(durable, acknowledgement)).toBeUndefined();
  });

  test('I11: may hear its own consumers in their queue group only, and those of others not at all', async () => {
    const [own, bobs] = [ann, bob].map(({ handle }) => subjects.handedOut(`feed_own_${handle}`));
    await expect(listenTo(durable, own!, 'readers')).resolves.toBeDefined();
    await expect(listenTo(durable, own!)).rejects.toThrow(/permissions violation/i);
    await expect(listenTo(durable, own!, 'others')).rejects.toThrow(/permissions violation/i);
    await expect(listenTo(durable, bobs!, 'readers')).rejects.toThrow(/permissions violation/i);
    await expect(listenTo(durable, subjects.handedOut('*'), 'readers')).rejects.toThrow(/permissions/i);
  });
});

describe('the services', () => {
  test('are heard and may speak as before', async () => {
    const service = await world.bus[CONNECTION]();
    const ear = await listenTo(service, 'ghostly.v1.>');
    service.publish(subjects.command('r'), 'a command');
    expect((await ear.until('a command')).subject).toBe('ghostly.v1.run.r.command');
    const manager = await service.jetstreamManager();
    expect((await manager.streams.info('GHOSTLY_EVENTS')).state.messages).toBeGreaterThan(0);
  });

  test('I11: the reader hears every event', async () => {
    const { host, username, password } = new URL(world.nats.readerUrl);
    const reader = await world.open({ servers: host, user: username, pass: password });
    const ear = await listenTo(reader, subjects.allEvents);
    const runId = await world.say(bob);
    expect((await ear.until(runId)).text).toContain('step_start');
  });
});
