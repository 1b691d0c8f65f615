/* I11: a durable consumer hands out what its user may hear until it is acknowledged, and nothing else. */
import { randomUUID } from 'node:crypto';
import type { ConsumerInfo, Msg, NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { eventually, PATIENCE_MS } from '../../../support/eventually.ts';
import { extendedOnly } from '../../../support/share.ts';
import { createWorld, type Holder, listenTo, type World } from './fixture.ts';

const STREAM = 'GHOSTLY_EVENTS';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

interface Taken {
  runId: string;
  seq: number;
}

/** Takes and acknowledges `count` messages of one of a subscriber's consumers. */
async function take(connection: NatsConnection, name: string, count: number): Promise<Taken[]> {
  const taken: Taken[] = [];
  const messages = connection.subscribe(subjects.handedOut(name), { queue: 'readers' });
  for await (const message of messages) {
    await connection.request(message.reply ?? '', '', { timeout: PATIENCE_MS }); // confirmed
    taken.push(message.json<Taken>());
    if (taken.length === count) break;
  }
  messages.unsubscribe();
  return taken;
}

const own = ({ handle }: Holder) => `feed_own_${handle}`;
const ofProjects = ({ handle }: Holder) => `feed_projects_${handle}`;

/** The services' view. */
async function infoOf(name: string): Promise<ConsumerInfo | undefined> {
  const manager = await (await world.bus[CONNECTION]()).jetstreamManager();
  return manager.consumers.info(STREAM, name).catch(() => undefined);
}

const seqs = (taken: Taken[]) => taken.map(({ seq }) => seq);

describe('a durable consumer', () => {
  test('hands out what was said before the first sign-in and while nobody was connected, once acknowledged no more', async () => {
    const ann = await world.addHolder();
    const runId = await world.say(ann, 1);
    const first = await world.durable(ann);
    await world.say(ann, 2, runId);
    expect(seqs(await take(first, own(ann), 2))).toEqual([1, 2]);
    await first.close();
    await world.say(ann, 3, runId);
    const second = await world.durable(ann);
    expect(await take(second, own(ann), 1)).toEqual([expect.objectContaining({ runId, seq: 3 })]);
  });

  test('I11: hands out the events of its user, or of its projects, and no others', async () => {
    const [ann, bob] = [await world.addHolder(), await world.addHolder()];
    const foreign = await world.say(bob);
    const elsewhere = await world.say({ userId: ann.userId, projectId: bob.projectId });
    const among = await world.say({ userId: bob.userId, projectId: ann.projectId });
    const both = await world.say(ann);
    const connection = await world.durable(ann);
    const runs = async (name: string) => (await take(connection, name, 2)).map(({ runId }) => runId);
    expect(await runs(own(ann))).toEqual([elsewhere, both]);
    expect(await runs(ofProjects(ann))).toEqual([among, both]);
    for (const name of [own(ann), ofProjects(ann)]) expect((await infoOf(name))?.num_pending).toBe(0);
    expect(foreign).not.toBe(both);
  });

  test('goes on beside a connection that listens', async () => {
    const ann = await world.addHolder();
    const [live, durable] = [await world.live(ann), await world.durable(ann)];
    const ear = await listenTo(live, subjects.eventsOfUser(ann.userId));
    const taking = take(durable, own(ann), 3);
    const runId = await world.say(ann, 1);
    for (const seq of [2, 3]) await world.say(ann, seq, runId);
    expect(seqs(await taking)).toEqual([1, 2, 3]);
    await ear.until('"seq":3');
    expect(ear.heard.map(({ text }) => (JSON.parse(text) as Taken).seq)).toEqual([1, 2, 3]);
  });

  test('I11: follows the projects of its user, and is gone with the last one', async () => {
    const [guest, host] = [await world.addHolder(), await world.addHolder()];
    await world.join(host.projectId, guest);
    await world.durable(guest);
    const filters = async () => (await infoOf(ofProjects(guest)))?.config.filter_subjects;
    const projects = [guest.projectId, host.projectId].sort().map(subjects.eventsOfProject);
    expect(await filters()).toEqual(projects);

    await world.leave(host.projectId, guest);
    await world.durable(guest);
    expect(await filters()).toEqual([subjects.eventsOfProject(guest.projectId)]);

    await world.leave(guest.projectId, guest);
    const connection = await world.durable(guest);
    expect(await infoOf(ofProjects(guest))).toBeUndefined();
    const handedOut = subjects.handedOut(ofProjects(guest));
    await expect(listenTo(connection, handedOut, 'readers')).rejects.toThrow(/permissions/i);
    expect((await infoOf(own(guest)))?.config.filter_subjects).toEqual([subjects.eventsOfUser(guest.userId)]);
  });

  test('I11: is as narrow as the rights after many sign-ins at once, while these change', async () => {
    const [guest, host] = [await world.addHolder(), await world.addHolder()];
    for (let round = 0; round < 5; round += 1) {
      await world.join(host.projectId, guest);
      const early = Array.from({ length: 4 }, () => world.durable(guest));
      await world.leave(host.projectId, guest);
      const late = Array.from({ length: 4 }, () => world.durable(guest));
      await Promise.all([...early, ...late]);
      expect((await infoOf(ofProjects(guest)))?.config.filter_subjects).toEqual([
        subjects.eventsOfProject(guest.projectId),
      ]);
    }
  });

  test('keeps its place over a change of projects', async () => {
    const [guest, host] = [await world.addHolder(), await world.addHolder()];
    const connection = await world.durable(guest);
    const runId = await world.say(guest, 1);
    await take(connection, ofProjects(guest), 1);
    await world.join(host.projectId, guest);
    const again = await world.durable(guest);
    await world.say(guest, 2, runId);
    expect(seqs(await take(again, ofProjects(guest), 1))).toEqual([2]);
  });

  extendedOnly(() => {
    test('keeps its place over a restart of the server, and is made anew after a wiped store, and notified of it', async () => {
      const ann = await world.addHolder();
      const connection = await world.durable(ann, { maxReconnectAttempts: -1, ignoreAuthErrorAbort: true });
      const runId = await world.say(ann, 1);
      expect(seqs(await take(connection, own(ann), 1))).toEqual([1]);
      const restart = async (wiped: boolean) => {
        await world.nats.stop();
        await world.nats.startAgain({ wiped });
        await eventually(() => connection.flush().then(() => expect(world.bus.connected).toBe(true)));
      };
      await restart(false);
      await eventually(() => world.say(ann, 2, runId));
      expect(seqs(await take(connection, own(ann), 1))).toEqual([2]);
      await restart(true);
      await eventually(() => world.say(ann, 3, runId));
      const taken = await eventually(() => take(connection, own(ann), 2));
      expect(taken).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ runId, seq: 3 }),
          expect.objectContaining({ kind: 'gap', since: expect.any(String) }),
        ]),
      );
    });
  });
});

describe('an answer that a subscriber has sent to where it may not speak', () => {
  /** Has an acknowledgement confirmed, and asks for more with another: all that is answered. */
  const askFor = async (connection: NatsConnection, acknowledgement: string, reply: string) => {
    for (const body of ['', '+ACK', '+NXT', '+NXT {"batch":1,"no_wait":true}', '-NAK', '+WPI', '+TERM'])
      connection.publish(acknowledgement, body, { reply });
    await connection.flush();
  };

  test('I11: reaches no service, no stream, no other subscriber', async () => {
    const [ann, bob] = [await world.addHolder(), await world.addHolder()];
    const [durable, bobLive, bobDurable] = [
      await world.durable(ann),
      await world.live(bob),
      await world.durable(bob),
    ];
    const manager = await (await world.bus[CONNECTION]()).jetstreamManager();
    const ears = await Promise.all([
      listenTo(await world.bus[CONNECTION](), 'ghostly.v1.>'),
      listenTo(bobLive, subjects.eventsOfUser(bob.userId)),
      listenTo(bobDurable, `_INBOX_${bob.handle}.>`),
    ]);
    const [services] = ears;
    const runId = await world.say(ann, 1);
    const events = durable.subscribe(subjects.handedOut(own(ann)), { queue: 'readers', max: 1 });
    const { value: handedOut } = await events[Symbol.asyncIterator]().next();
    const acknowledgement = (handedOut as Msg).reply ?? '';
    await services!.until(runId);
    await (await world.bus[CONNECTION]()).flush(); // that it was handed out is heard too
    const heard = () => ears.map((ear) => ear.heard.length);
    const stored = async () => (await manager.streams.info(STREAM)).state.messages;
    const [[byServices, ...bySubscribers], inStream] = [heard(), await stored()];
    const event = subjects.event(
      { userId: bob.userId, projectId: bob.projectId, runId: randomUUID() },
      'run_end',
    );
    const replies = [event, subjects.command('r'), subjects.live('r'), subjects.runQueued, subjects.finalise];
    for (const reply of [
      ...replies,
      '$JS.API.STREAM.PURGE.GHOSTLY_EVENTS',
      '$SYS.REQ.USER.AUTH',
      '_GHOSTLY_INBOX.x',
    ])
      await askFor(durable, acknowledgement, reply);
    // This one comes after all those answers.
    await world.say(ann, 2, runId);
    expect(seqs(await take(durable, own(ann), 1))).toEqual([2]);
    await services!.until('"seq":2');
    // The event, and that it was handed out.
    await eventually(() => expect(heard()).toEqual([byServices! + 2, ...bySubscribers]));
    expect(await stored()).toBe(inStream + 1);
  });
});
