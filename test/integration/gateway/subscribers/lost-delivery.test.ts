import { randomUUID } from 'node:crypto';
import type { ConsumerInfo } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { eventually } from '../../../support/eventually.ts';
import { extendedOnly } from '../../../support/share.ts';
import { createWorld, type Holder, type World } from './fixture.ts';

const READERS = { queue: 'readers' };
const EVENTS = 60;
/** Longer than the server waits for an acknowledgement. */
const UNACKNOWLEDGED_MS = 15_000;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const own = ({ handle }: Holder) => `feed_own_${handle}`;

async function infoOf(name: string): Promise<ConsumerInfo> {
  const manager = await (await world.bus[CONNECTION]()).jetstreamManager();
  return manager.consumers.info('GHOSTLY_EVENTS', name);
}

interface Left {
  holder: Holder;
  runId: string;
}

/** A subscriber goes while the events of a run are on their way to it; it acknowledges none. */
async function leaveAmongEvents(): Promise<Left> {
  const holder = await world.addHolder();
  const runId = randomUUID();
  await Promise.all(Array.from({ length: EVENTS }, (_, n) => world.say(holder, n + 1, runId)));
  const connection = await world.durable(holder, { reconnect: false });
  connection.subscribe(subjects.handedOut(own(holder)), {
    ...READERS,
    callback: () => void connection.close(),
  });
  await connection.closed();
  return { holder, runId };
}

/**
 * The server has counted a delivery that met nobody; such an event is not redelivered by itself. On a calm machine that takes
 * a dozen tries, on one whose cores are taken it may be hundreds.
 */
async function loseDeliveries(): Promise<Left> {
  for (;;) {
    const left = await leaveAmongEvents();
    if ((await infoOf(own(left.holder))).num_redelivered > 0) return left;
  }
}

/** Acknowledges all that comes until each event of this run has come; resolves to how long that took, ms. */
async function takeAll({ holder, runId }: Left): Promise<number> {
  const from = performance.now();
  const missing = new Set(Array.from({ length: EVENTS }, (_, n) => n + 1));
  const connection = await world.durable(holder);
  for await (const message of connection.subscribe(subjects.handedOut(own(holder)), READERS)) {
    message.respond();
    const event = message.json<{ runId: string; seq: number }>();
    if (event.runId === runId) missing.delete(event.seq);
    if (missing.size === 0) break;
  }
  await connection.close();
  return performance.now() - from;
}

describe('events that were on their way to a subscriber when it went', () => {
  test('come to the next one at once', async () => {
    expect(await takeAll(await loseDeliveries())).toBeLessThan(5_000);
  });

  extendedOnly(() => {
    test('come also if the server has given them up', { timeout: 60_000 }, async () => {
      const left = await loseDeliveries();
      const unacknowledged = async () => (await infoOf(own(left.holder))).num_ack_pending;
      const before = await unacknowledged();
      await eventually(async () => expect(await unacknowledged()).toBeLessThan(before), {
        timeoutMs: UNACKNOWLEDGED_MS,
      });
      expect(await takeAll(left)).toBeLessThan(5_000);
    });
  });
});
