/* I14: a queued run wakes one runner that has room and its labels, and many are shared between runners. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, CONNECTION, openBus } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createQueueClaims, type QueueClaimsDeps } from '../../../../services/runner/claim/queue-claims.ts';
import {
  createQueueNotifications,
  type QueueNotifications,
} from '../../../../services/runner/claim/queue-notifications.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { queueRun } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { createTestDatabase, startTestNats, type TestNats } from '../../../support/servers/servers.ts';

let nats: TestNats;
const buses: Bus[] = [];
const runners: QueueNotifications[] = [];
beforeAll(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  for (const runner of runners.splice(0)) runner.stop();
  for (const bus of buses.splice(0)) await bus[Symbol.asyncDispose]();
});

async function connected(): Promise<Bus> {
  const bus = openBus({ url: nats.serviceUrl, name: 'test', log: quietLog() });
  buses.push(bus);
  await bus.opened();
  return bus;
}

/** The part of a runner that claims; no look of its own helps it. */
const claimsOf = async (sql: Sql, more: Pick<QueueClaimsDeps, 'room' | 'onClaimed'>) =>
  createQueueClaims({
    sql,
    bus: await connected(),
    log: quietLog(),
    owner: randomUUID(),
    leaseMs: 10_000,
    limits: {},
    labels: [],
    notNow: () => [],
    untilNextLook: () => 60_000,
    ...more,
  });

/** The part of a runner that hears of queued runs. */
async function startRunner(labels: string[] = []) {
  const bus = await connected();
  const runner = { bus, room: true, heard: 0, update: () => notifications.update() };
  const notifications = createQueueNotifications({
    bus,
    labels,
    hasRoom: () => runner.room,
    onQueued: () => {
      runner.heard += 1;
    },
  });
  runners.push(notifications);
  notifications.update();
  await known(bus);
  return runner;
}

/** The server has all that was sent to it. */
const known = async (bus: Bus) => (await bus[CONNECTION]()).flush();

async function queue(gateway: Bus, count: number) {
  for (let n = 0; n < count; n += 1) gateway.publish(subjects.runQueued, {});
  await known(gateway);
}
const sum = (all: { heard: number }[]) => all.reduce((total, { heard }) => total + heard, 0);

describe('a queued run', () => {
  it('I14: wakes one of the runners that have room, not all, and now this one and now that', async () => {
    const all = await Promise.all([startRunner(), startRunner(), startRunner()]);
    await queue(await connected(), 60);
    await eventually(() => expect(sum(all)).toBe(60));
    for (const { heard } of all) expect(heard).toBeGreaterThan(0);
  });

  it('that asks for a label wakes one of the runners that have it, if they have room', async () => {
    const [none, one, two] = [
      await startRunner(),
      await startRunner(['gpu']),
      await startRunner(['a..b', 'gpu']),
    ];
    const gateway = await connected();
    for (let n = 0; n < 20; n += 1) gateway.publish(subjects.runQueuedFor('gpu'), {});
    await eventually(() => expect(one.heard + two.heard).toBe(20));
    one.room = false;
    one.update();
    await known(one.bus);
    for (let n = 0; n < 20; n += 1) gateway.publish(subjects.runQueuedFor('gpu'), {});
    gateway.publish(subjects.runQueuedFor('a..b'), {});
    await eventually(() => expect(one.heard + two.heard).toBe(41));
    expect(none.heard).toBe(0);
  });

  it('wakes no runner that has no room, and those again that have', async () => {
    const [full, free] = [await startRunner(), await startRunner()];
    const gateway = await connected();
    full.room = false;
    full.update();
    await known(full.bus);
    await queue(gateway, 20);
    await eventually(() => expect(free.heard).toBe(20));
    expect(full.heard).toBe(0);
    full.room = true;
    free.room = false;
    full.update();
    free.update();
    await Promise.all([known(full.bus), known(free.bus)]);
    await queue(gateway, 5);
    await eventually(() => expect(full.heard).toBe(5));
  });

  it('is passed on by a runner whose last slot was taken meanwhile, and by none for ever', async () => {
    const [first, second] = [await startRunner(), await startRunner()];
    const gateway = await connected();
    let said = 0;
    await gateway.subscribe(subjects.runQueued, () => {
      said += 1;
    }).ready;
    first.room = false;
    await queue(gateway, 20);
    await eventually(() => expect(second.heard).toBe(20));
    expect(first.heard).toBe(0);
    second.room = false;
    await queue(gateway, 3);
    await Promise.all([known(first.bus), known(second.bus)]);
    await known(gateway);
    // Each was said once, and passed on once at most; then nobody is there.
    expect(said).toBeLessThanOrEqual(2 * 23);
    expect(sum([first, second])).toBe(20);
  });

  it('that its runner put back wakes all of them', async () => {
    const all = await Promise.all([startRunner(), startRunner(), startRunner()]);
    all[0]!.bus.publish(subjects.runReturned, {});
    await eventually(() => expect(all.map(({ heard }) => heard)).toEqual([1, 1, 1]));
  });
});

describe('runners with one slot each', () => {
  it('I14: all take a run at once when as many are queued in one moment', async () => {
    const { url } = await createTestDatabase();
    await using database = connectDatabase({ url, applicationName: 'runners', poolSize: 20 });
    const account = await createOwner(database.sql);
    await using claimers = new AsyncDisposableStack();
    let claimed = 0;
    const RUNNERS = 8;
    for (let n = 0; n < RUNNERS; n += 1) {
      let room = 1;
      const claims = await claimsOf(database.sql, {
        room: () => room,
        onClaimed() {
          room -= 1;
          claimed += 1;
        },
      });
      claims.look();
      claimers.defer(() => claims.close());
    }
    await Promise.all(buses.map(known));
    const gateway = await connected();
    const start = async () => {
      await queueRun(database.sql, account);
      gateway.publish(subjects.runQueued, {});
    };
    await Promise.all(Array.from({ length: RUNNERS }, start));
    await eventually(() => expect(claimed).toBe(RUNNERS));
  });
});

describe('a runner with many slots', () => {
  /** How many runs each claim brought, of 20 that have waited so long. */
  async function batchesOf(waitedMs: number): Promise<number[]> {
    const { url } = await createTestDatabase();
    await using database = connectDatabase({ url, applicationName: 'runner', poolSize: 2 });
    const account = await createOwner(database.sql);
    await Promise.all(Array.from({ length: 20 }, () => queueRun(database.sql, account)));
    await database.sql.rows(`update runs set created_at = clock_timestamp() - :waitedMs * interval '1 ms'`, {
      waitedMs,
    });
    const batches = new Map<number, number>();
    let room = 20;
    const claims = await claimsOf(database.sql, {
      room: () => room,
      onClaimed(_run, asked) {
        room -= 1;
        batches.set(asked, (batches.get(asked) ?? 0) + 1);
      },
    });
    claims.look();
    await eventually(() => expect(room).toBe(0));
    await claims.close();
    return [...batches.values()];
  }

  it('claims runs that have just come in batches that grow, so that others have a share', async () => {
    expect(await batchesOf(0)).toEqual([1, 2, 4, 8, 5]);
  });

  it('claims runs that all others have left as many at a time as it can', async () => {
    expect(await batchesOf(10_000)).toEqual([1, 16, 3]);
  });
});
