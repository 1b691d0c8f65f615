import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Bus, openBus } from '#shared/bus/bus.ts';
import { connectDatabase, type Database } from '#shared/database/connect.ts';
import { DatabaseUnavailableError, type Sql } from '#shared/database/sql.ts';
import { createLeaseKeeper } from '../../../services/runner/claim/lease-keeper.ts';
import { createRunner } from '../../../services/runner/claim/runner.ts';
import { createOwner } from '../../support/database/accounts.ts';
import { takeOwner } from '../../support/database/leases.ts';
import { queueRun } from '../../support/database/runs.ts';
import { eventually } from '../../support/eventually.ts';
import { quietLog } from '../../support/log-lines.ts';
import { createTestDatabase, startTestNats } from '../../support/servers/servers.ts';

const LEASE_MS = 10_000;
/** Long enough for a late claim to come after an empty look. */
const STATEMENT_TIMEOUT_MS = 1_500;

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
const isLook = (text: string) => text.includes('"leaseLeft"');

/** The way to the database: what becomes of a claim's answer, and of a look for lost claims. */
interface Road {
  claim?: (reach: () => Promise<unknown>) => Promise<unknown>;
  claimed?: () => Promise<unknown>;
  look?: (reach: () => Promise<unknown>) => Promise<unknown>;
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
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    leases,
    unfit: () => undefined,
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

it('I5: a look for lost claims that fails keeps no claim back, but the slots of the claims that are in doubt', async () => {
  const queued = [await queue(), await queue(), await queue(), await queue()];
  const look = Promise.withResolvers<void>();
  const fates = [lost];
  let fails = true;
  await using started = startRunner(3, {
    claimed: () => fates.shift()?.() ?? Promise.resolve(),
    look(reach) {
      if (!fails) return reach();
      look.resolve();
      return lost();
    },
  });
  await look.promise;
  await eventually(() => expect(started.runner.busy).toBe(2));
  await eventually(() => expect(started.opened.toSorted()).toEqual(queued.slice(1, 3).toSorted()));
  expect((await ownedRuns()).toSorted()).toEqual(queued.slice(0, 3).toSorted());
  fails = false;
  await eventually(() => expect(started.opened.toSorted()).toEqual(queued.slice(0, 3).toSorted()));
  expect((await ownedRuns()).toSorted()).toEqual(queued.slice(0, 3).toSorted());
});

it('I5: every run of a batch is found whose answer was lost', async () => {
  const queued = [await queue(), await queue(), await queue()];
  const fates = [() => Promise.resolve(), lost];
  await using started = startRunner(3, { claimed: () => fates.shift()?.() ?? Promise.resolve() });
  await eventually(() => expect(started.opened.toSorted()).toEqual(queued.toSorted()));
  expect(fates).toEqual([]);
  expect(started.runner.busy).toBe(3);
});

it('I2: a run whose claim is answered while lost claims are looked for is started once', async () => {
  const queued = [await queue(), await queue()];
  const [claimed, looked, found] = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const answers = [
    lost,
    async () => {
      claimed!.resolve();
      await found!.promise;
    },
  ];
  await using started = startRunner(4, {
    claimed: () => answers.shift()?.() ?? Promise.resolve(),
    async look(reach) {
      await claimed!.promise;
      const rows = await reach();
      looked!.resolve();
      return rows;
    },
  });
  await claimed!.promise;
  await looked!.promise;
  found!.resolve();
  await eventually(() => expect(started.runner.busy).toBe(2));
  await eventually(() => expect(started.opened.toSorted()).toEqual(queued.toSorted()));
});

it('I2: a claim that takes effect after a look that found nothing is found by a later one', async () => {
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

it('I5: a claim that the server gave up puts no slot in doubt', async () => {
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

it('I5: a claim that is refused for sure puts no slot in doubt', async () => {
  const run = await queue();
  const fates = [() => Promise.reject(new Error('it cannot be read'))];
  await using started = startRunner(1, {
    claimed: async () => {
      const fate = fates.shift();
      if (fate) await takeOwner(database.sql, run);
      await fate?.();
    },
    look: lost,
  });
  await eventually(() => expect(started.opened).toEqual([run]));
});
