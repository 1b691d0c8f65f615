/* Requests that only wait for something do so outside the turns of their user (I13). */
import pg from 'pg';
import { afterEach, expect, it, vi } from 'vitest';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { startLiveRun } from '../../../support/database/live-run.ts';
import { eventually } from '../../../support/eventually.ts';
import { call, createPerson, type Received, startGateway, type TestGateway, useGateway } from '../fixture.ts';

const OWNER = '5f1c2d3e-4a5b-4c6d-8e7f-901234567891';
/** More than a user has turns of any kind. */
const MANY = 5;

const gateway = await useGateway();
const ann = await createPerson(gateway);
const start = () => startLiveRun(gateway.sql, ann, OWNER);

/** A run whose owner counts what it is asked, and answers when it may. */
async function startOwned(asked: string[], mayAnswer: Promise<void>) {
  const { id, epoch } = await start();
  const owner = gateway.bus.respond(subjects.command(id), async () => {
    asked.push(id);
    await mayAnswer;
    return { ok: true, epoch, state: 'running.stepping.acting' };
  });
  await owner.ready;
  return id;
}
/** An owner is waited for as long as it takes. */
const waitForOwners = () => vi.useFakeTimers({ toFake: ['setTimeout'] });
afterEach(() => void vi.useRealTimers());

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
  const asked: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const ids: string[] = [];
  for (let n = 0; n < MANY; n += 1) ids.push(await startOwned(asked, promise));
  waitForOwners();
  const hinted: Promise<Received>[] = [];
  // What takes less than a second is not asked about.
  await eventually(() => {
    hinted.push(...ids.map((id) => read(id, '?hints=1')));
    expect(asked.toSorted()).toEqual(ids.toSorted());
  });
  expect((await read(ids[0]!)).status).toBe(200);
  resolve();
  for (const { status } of await Promise.all(hinted)) expect(status).toBe(200);
});

it('a list that waits for what its runs wait for keeps no other list waiting', async () => {
  const asked: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const id = await startOwned(asked, promise);
  waitForOwners();
  const waiting: Promise<Received>[] = [];
  await eventually(() => {
    waiting.push(call(gateway, 'GET', `/v1/runs?waitingFor=${id}`, { as: ann }));
    expect(asked).toEqual([id]);
  });
  const counts = await call(gateway, 'GET', '/v1/run-counts', { as: ann });
  expect([counts.status, counts.body]).toEqual([200, expect.anything()]);
  resolve();
  for (const { status } of await Promise.all(waiting)) expect(status).toBe(200);
});

it('many that waited for an end together read the run in turns', async () => {
  const { databaseUrl } = gateway;
  const timeouts = { statementTimeoutMs: 60_000, lockTimeoutMs: 60_000 };
  await using second = await startGateway({
    databaseUrl,
    ...timeouts,
    config: { GHOSTLY_MAX_STREAMS_PER_USER: MANY },
  });
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
