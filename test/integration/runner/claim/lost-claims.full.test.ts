/* I2, I5: a claim whose answer was lost is asked again, and brings the runs that it took and no others. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { claimAgain, claimRuns } from '#shared/adapters/database/runs/claim.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { UnavailableCode } from '#shared/domain/run/unavailable.ts';
import { createLeaseKeeper } from '../../../../services/runner/claim/lease-keeper.ts';
import { createRunner } from '../../../../services/runner/claim/runner.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { queueRun } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { createTestDatabase, startTestNats } from '../../../support/servers/servers.ts';

const LEASE_MS = 10_000;

let database: Database;
let bus: Bus;
let account: { userId: string; projectId: string };

beforeAll(async () => {
  const [{ url }, nats] = await Promise.all([createTestDatabase(), startTestNats()]);
  database = connectDatabase({ url, applicationName: 'lost claims' });
  bus = openBus({ url: nats.serviceUrl, name: 'lost claims', log: quietLog() });
  account = await createOwner(database.sql);
});
beforeEach(() => database.sql.rows('truncate runs, leases cascade'));
afterAll(async () => {
  await bus?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

const queue = async () => (await queueRun(database.sql, account)).id;
const isClaim = (text: string) => text.includes('set owner = :owner, epoch = epoch + 1');
const isLook = (text: string) => text.includes('leases.claim = :claim');

/** The way to the database: what becomes of a claim's answer, and of a look for what it took. */
interface Road {
  claim?: (reach: () => Promise<unknown>) => Promise<unknown>;
  claimed?: () => Promise<unknown>;
  look?: (reach: () => Promise<unknown>) => Promise<unknown>;
  unfit?: () => UnavailableCode | undefined;
}

/** A runner whose browsers never open, until it is closed. */
function startRunner(slots: number, road: Road) {
  const { sql } = database;
  const onRoad: Sql = {
    transaction: sql.transaction,
    row: sql.row,
    async rows(text, values) {
      const reach = () => sql.rows<never>(text, values);
      const through = (way: Road['claim']) => (way ? (way(reach) as ReturnType<typeof reach>) : reach());
      if (isLook(text)) return through(road.look);
      if (!isClaim(text)) return reach();
      const runs = await through(road.claim);
      if (runs.length > 0) await road.claimed?.();
      return runs;
    },
  };
  const opened: string[] = [];
  const closing = Promise.withResolvers<never>();
  closing.promise.catch(() => undefined);
  const leases = createLeaseKeeper({
    heartbeatMs: LEASE_MS,
    fenceMs: LEASE_MS,
    heartbeat: () => Promise.resolve([]),
    now: () => performance.now(),
    onError: () => undefined,
  });
  const runner = createRunner({
    sql: onRoad,
    claims: onRoad,
    bus,
    log: quietLog(),
    owner: randomUUID(),
    slots,
    labels: [],
    limits: {},
    leaseMs: LEASE_MS,
    leases,
    unfit: road.unfit ?? (() => undefined),
    actorDeps: {
      openBrowser({ id }) {
        opened.push(id);
        return closing.promise;
      },
      closeMs: 1_000,
    },
  });
  return {
    runner,
    opened,
    async [Symbol.asyncDispose]() {
      closing.reject(new Error('the test is over'));
      await runner.drain(2_000, 500, new Promise(() => undefined));
      leases[Symbol.dispose]();
    },
  };
}

const lost = () => Promise.reject(new DatabaseUnavailableError('the connection broke after it arrived'));
const ownedRuns = async () =>
  (await database.sql.rows<{ id: string }>('select id from runs where owner is not null')).map(
    ({ id }) => id,
  );

it('I5: a claim whose answer was lost is asked again until it is answered, and brings the runs that it took', async () => {
  const queued = [await queue(), await queue(), await queue(), await queue()];
  const fates = [lost];
  const looks = [lost, lost];
  await using started = startRunner(3, {
    claimed: () => fates.shift()?.() ?? Promise.resolve(),
    look: (reach) => looks.shift()?.() ?? reach(),
  });
  await eventually(() => expect(started.opened.toSorted()).toEqual(queued.slice(0, 3).toSorted()));
  expect(looks).toEqual([]);
  expect(started.runner.busy).toBe(3);
  expect((await ownedRuns()).toSorted()).toEqual(queued.slice(0, 3).toSorted());
});

it('I5: a claim that is asked again brings every run of a batch whose answer was lost', async () => {
  const queued = [await queue(), await queue(), await queue()];
  const fates = [() => Promise.resolve(), lost];
  await using started = startRunner(3, { claimed: () => fates.shift()?.() ?? Promise.resolve() });
  await eventually(() => expect(started.opened.toSorted()).toEqual(queued.toSorted()));
  expect(fates).toEqual([]);
  expect(started.runner.busy).toBe(3);
});

it('I2: a claim that takes effect only after it was asked again is brought by a later look', async () => {
  const run = await queue();
  const emptyLook = Promise.withResolvers<void>();
  const late = Promise.withResolvers<unknown>();
  const ways = [
    (reach: () => Promise<unknown>) => {
      late.resolve(emptyLook.promise.then(reach));
      return lost();
    },
  ];
  await using started = startRunner(1, {
    claim: (reach) => (ways.shift() ?? (() => late.promise.then(() => [])))(reach),
    async look(reach) {
      const rows = await reach();
      emptyLook.resolve();
      return rows;
    },
  });
  await late.promise;
  expect(await ownedRuns()).toEqual([run]);
  await eventually(() => expect(started.opened).toEqual([run]));
});

it('I5: a runner that may have no other run now learns of those that its claim took', async () => {
  const run = await queue();
  const fates = [
    () => {
      isFit = false;
      return lost();
    },
  ];
  let isFit = true;
  await using started = startRunner(1, {
    claimed: () => fates.shift()?.() ?? Promise.resolve(),
    unfit: () => (isFit ? undefined : 'slow_database'),
  });
  await eventually(() => expect(started.opened).toEqual([run]));
});

it('I5: a claim whose leases are over keeps its runner from no other', async () => {
  const [lostRun, next] = [await queue(), await queue()];
  const fates = [
    async () => {
      await database.sql.rows(`update leases set until = clock_timestamp() - interval '1 ms'`);
      return lost();
    },
  ];
  await using started = startRunner(1, { claimed: () => fates.shift()?.() ?? Promise.resolve() });
  await eventually(() => expect(started.opened).toEqual([next]));
  expect(await ownedRuns()).toContain(lostRun);
});

it('I2: a claim that is asked again while it is under way waits for it, and takes no other run', async () => {
  const [first, second] = [await queue(), await queue()];
  const wanted = { claim: randomUUID(), owner: randomUUID(), leaseMs: LEASE_MS, most: 1 };
  const { sql } = database;
  const again = await sql.transaction(async (within) => {
    expect((await claimRuns(within, wanted)).runs.map(({ id }) => id)).toEqual([first]);
    const asked = claimAgain(sql, wanted);
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await eventually(async () => expect(await sql.rows(waits)).toHaveLength(1));
    return { asked };
  });
  expect((await again.asked).runs.map(({ id }) => id)).toEqual([first]);
  expect(await ownedRuns()).not.toContain(second);
});

it('I5: after a claim that the server gave up another one is sent', async () => {
  const run = await queue();
  const givenUp = Promise.withResolvers<unknown>();
  const timeOut = () =>
    database.sql.transaction(async (sql) => {
      await sql.rows("set local statement_timeout = '10ms'");
      await sql.rows('select pg_sleep(1)');
    });
  const ways = [
    () =>
      timeOut().catch((error: unknown) => {
        givenUp.resolve(error);
        throw error;
      }),
  ];
  await using started = startRunner(1, { claim: (reach) => (ways.shift() ?? reach)(), look: lost });
  expect(await givenUp.promise).toMatchObject({ code: 'database_unavailable', mayHaveTakenEffect: false });
  await eventually(() => expect(started.opened).toEqual([run]));
});
