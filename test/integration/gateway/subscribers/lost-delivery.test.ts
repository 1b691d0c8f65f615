/* Events that were on their way to a subscriber when it went come to it when it is back. */
import { randomUUID } from 'node:crypto';
import { type ConsumerInfo, type Msg, type NatsConnection, nanos } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { eventually } from '../../../support/eventually.ts';
import { extendedOnly } from '../../../support/share.ts';
import { createWorld, type Holder, type World } from './fixture.ts';

const READERS = { queue: 'readers' };
const EVENTS = 60;
const STREAM = 'GHOSTLY_EVENTS';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const own = ({ handle }: Holder) => `feed_own_${handle}`;

async function infoOf(name: string): Promise<ConsumerInfo> {
  const manager = await (await world.bus[CONNECTION]()).jetstreamManager();
  return manager.consumers.info(STREAM, name);
}

interface Left {
  holder: Holder;
  runId: string;
}

/** A subscriber goes, as `leave` does, while the events of a run are on their way to it; it acknowledges none. */
async function leaveAmongEvents(leave: (message: Msg, connection: NatsConnection) => void): Promise<Left> {
  const holder = await world.addHolder();
  const runId = randomUUID();
  await Promise.all(Array.from({ length: EVENTS }, (_, n) => world.say(holder, n + 1, runId)));
  const connection = await world.durable(holder, { reconnect: false });
  connection.subscribe(subjects.handedOut(own(holder)), {
    ...READERS,
    callback: (_, message) => leave(message, connection),
  });
  await connection.closed();
  return { holder, runId };
}

/** The server has delivered one a second time, and waits an hour before it delivers any again. */
async function leaveUnacknowledged(): Promise<Left> {
  let refused = false;
  const left = await leaveAmongEvents((message, connection) => {
    if (!refused) message.respond('-NAK');
    else if (deliveriesOf(message) > 1) void connection.close();
    refused = true;
  });
  const manager = await (await world.bus[CONNECTION]()).jetstreamManager();
  await manager.consumers.update(STREAM, own(left.holder), { ack_wait: nanos(3_600_000) });
  return left;
}

/** `$JS.ACK.<stream>.<consumer>.<deliveries>.…` */
const deliveriesOf = ({ reply = '' }: Msg) => Number(reply.split('.')[4]);

/**
 * The server has counted a delivery that met nobody; such an event is not redelivered by itself. On a calm machine that takes
 * a dozen tries, on one whose cores are taken it may be hundreds.
 */
async function loseDeliveries(): Promise<Left> {
  for (;;) {
    const left = await leaveAmongEvents((_, connection) => void connection.close());
    if ((await infoOf(own(left.holder))).num_redelivered > 0) return left;
  }
}

/** Acknowledges all that comes until each event of this run has come. */
async function takeAll({ holder, runId }: Left): Promise<void> {
  const missing = new Set(Array.from({ length: EVENTS }, (_, n) => n + 1));
  const connection = await world.durable(holder);
  for await (const message of connection.subscribe(subjects.handedOut(own(holder)), READERS)) {
    message.respond();
    const event = message.json<{ runId: string; seq: number }>();
    if (event.runId === runId) missing.delete(event.seq);
    if (missing.size === 0) break;
  }
  await connection.close();
}

describe('events that were on their way to a subscriber when it went', () => {
  test('come to the next one, which is not left to the server', async () => {
    const left = await leaveUnacknowledged();
    expect(await infoOf(own(left.holder))).toMatchObject({ num_redelivered: 1, num_ack_pending: EVENTS });
    await takeAll(left);
  });

  extendedOnly(() => {
    test('come also if the server has given them up', async () => {
      const left = await loseDeliveries();
      const unacknowledged = async () => (await infoOf(own(left.holder))).num_ack_pending;
      const before = await unacknowledged();
      await eventually(async () => expect(await unacknowledged()).toBeLessThan(before));
      await takeAll(left);
    });
  });
});
