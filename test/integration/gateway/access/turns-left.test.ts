/* Requests that only wait for something do so outside the turns of their user (I13). */
import pg from 'pg';
import { expect, it } from 'vitest';
import type { AskOwner } from '../../../../services/gateway/runs/waiting-for/ask-owner.ts';
import { startLiveRun } from '../../../support/database/live-run.ts';
import { eventually } from '../../../support/eventually.ts';
import { call, createPerson, type Received, startGateway, type TestGateway, useGateway } from '../fixture.ts';

const OWNER = '5f1c2d3e-4a5b-4c6d-8e7f-901234567891';
/** More than a user has turns of any kind. */
const MANY = 5;

/** The owner answers when the test says so. */
const answered = Promise.withResolvers<'unasked'>();
let asked = 0;
const askOwner: AskOwner = () => {
  asked += 1;
  return answered.promise;
};
const gateway = await useGateway({ askOwner });
const ann = await createPerson(gateway);
const start = () => startLiveRun(gateway.sql, ann, OWNER);
const read = (id: string, query = '') => call(gateway, 'GET', `/v1/runs/${id}${query}`, { as: ann });

/** While `work` goes on, whatever reads the events of runs waits. */
async function whileEventsAreLocked(
  { databaseUrl }: TestGateway,
  work: (waiting: () => Promise<number>) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('lock table events in access exclusive mode');
    await work(async () => {
      await client.query('select pg_stat_clear_snapshot()');
      const { rows } = await client.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    });
  } finally {
    await client.end();
  }
}

it('a read that asks the owner what its page waits for keeps no other read waiting', async () => {
  const { id } = await start();
  const hinted: Promise<Received>[] = [];
  // What takes less than a second is not asked about.
  await eventually(() => {
    hinted.push(read(id, '?hints=1'));
    expect(asked).toBeGreaterThan(MANY);
  });
  expect((await read(id)).status).toBe(200);
  answered.resolve('unasked');
  for (const { status } of await Promise.all(hinted)) expect(status).toBe(200);
});

it('a list that waits for what its runs wait for keeps no other list waiting', async () => {
  const held = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const readListedWaits = async () => {
    begun.resolve();
    await held.promise;
    return new Map();
  };
  await using second = await startGateway({ databaseUrl: gateway.databaseUrl, deps: { readListedWaits } });
  const { id } = await start();
  const waiting = call(second, 'GET', `/v1/runs?waitingFor=${id}`, { as: ann });
  await begun.promise;
  const counts = await call(second, 'GET', '/v1/run-counts', { as: ann });
  expect([counts.status, counts.body]).toEqual([200, expect.anything()]);
  held.resolve();
  expect((await waiting).status).toBe(200);
});

it('many that waited for an end together read the run in turns', async () => {
  const { databaseUrl } = gateway;
  const timeouts = { statementTimeoutMs: 60_000, lockTimeoutMs: 60_000 };
  await using second = await startGateway({ databaseUrl, ...timeouts, maxStreams: MANY });
  const { id } = await start();
  const waits = Array.from({ length: MANY + 1 }, () =>
    call(second, 'GET', `/v1/runs/${id}?wait=60`, { as: ann }),
  );
  // One is too many, and is refused when all others wait.
  expect((await Promise.race(waits)).status).toBe(429);
  await whileEventsAreLocked(second, async (waiting) => {
    second.stop();
    await eventually(async () => expect(await waiting()).toBe(2));
    for (let n = 0; n < MANY; n += 1)
      expect((await call(second, 'GET', '/v1/run-counts', { as: ann })).status).toBe(200);
    expect(await waiting()).toBe(2);
  });
  const statuses = (await Promise.all(waits)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([...Array.from({ length: MANY }, () => 200), 429]);
});

it('a stream is opened in the turn of its user until its first page is read', async () => {
  const { databaseUrl } = gateway;
  const timeouts = { statementTimeoutMs: 60_000, lockTimeoutMs: 60_000 };
  await using second = await startGateway({ databaseUrl, ...timeouts });
  const { id } = await start();
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${ann.token}` };
  let opened = 0;
  const open = async () => {
    await fetch(`${second.url}/v1/runs/${id}/events/stream`, { headers, signal: leaving.signal });
    opened += 1;
  };
  const streams: Promise<void>[] = [];
  await whileEventsAreLocked(second, async (waiting) => {
    for (let n = 0; n < MANY; n += 1) streams.push(open());
    await eventually(async () => expect([opened, await waiting()]).toEqual([2, 2]));
    for (let n = 0; n < MANY; n += 1)
      expect((await call(second, 'GET', '/v1/run-counts', { as: ann })).status).toBe(200);
    expect([opened, await waiting()]).toEqual([2, 2]);
  });
  await Promise.all(streams);
  leaving.abort();
});
