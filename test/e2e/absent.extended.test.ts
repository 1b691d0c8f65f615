/* I3: while PostgreSQL or NATS is absent, services wait for it and accept nothing that they cannot store. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, removePostgresData } from '../../services/cli/local/postgres.ts';
import { freePort } from '../../services/cli/local/process/free-port.ts';
import { rows } from '../support/database/rows.ts';
import { eventually, scaledMs } from '../support/eventually.ts';
import { afterFile } from '../support/file-hooks.ts';
import { type Client, createClient } from '../support/http/client.ts';
import { expectWholeStream } from '../support/http/run-stream.ts';
import { isEvent } from '../support/http/sse.ts';
import { startTestNats, type TestNats } from '../support/servers/servers.ts';
import { startTestPostgres } from '../support/servers/test-postgres.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { createAccounts, createStack, type ServiceProcess, type Stack } from '../support/stack/stack.ts';

/** The tests are one story of a PostgreSQL of this file's own, which comes, goes and comes back. */
let folder: string;
let postgres: Postgres;
let nats: TestNats;
let stack: Stack;
let site: TestSite;
let services: ServiceProcess[];
let nobody: Client;
let client: Client;

const dataDir = () => join(folder, 'data');
const startAgain = () =>
  startTestPostgres({
    dataDir: dataDir(),
    port: postgres.port,
    password: decodeURIComponent(new URL(postgres.url).password),
  });

beforeAll(async () => {
  // Named so that the next test run ends it, should this one be killed.
  folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  await chmod(folder, 0o711); // the database's user may be another one than ours
  afterFile(async () => {
    await postgres?.stop();
    await removePostgresData({ dataDir: dataDir() });
    await rm(folder, { recursive: true, force: true });
  });
  [postgres, nats, site] = await Promise.all([
    startTestPostgres({ dataDir: dataDir() }),
    startTestNats(),
    startSite(),
  ]);
  // Now their addresses are known; there is nothing in them yet.
  await Promise.all([postgres.stop(), nats.stop()]);
  const env = { GHOSTLY_LEASE_MS: String(scaledMs(20_000)), PORT: String(await freePort()) };
  stack = await createStack({ env, databaseUrl: postgres.url, nats, accounts: false });
  services = (['gateway', 'runner', 'supervisor'] as const).map((kind) => stack.launch(kind));
  nobody = createClient(`http://127.0.0.1:${env.PORT}`, {});
});

afterAll(() => site?.close());

const NO_DATABASE = 'PostgreSQL is out of reach';
const NO_NATS = 'NATS is unreachable';
const times = ({ lines }: ServiceProcess, text: string) => lines.filter((line) => line.includes(text)).length;
const readiness = async () => {
  const { status, body } = await nobody.request('GET', '/ready');
  return { status, body };
};
const missing = (...names: string[]) => ({
  status: 503,
  body: {
    ok: false,
    error: 'not ready',
    missing: names,
    outages: names.map((name) => expect.objectContaining({ name })),
  },
});

const UNAVAILABLE = [503, '{"ok":false,"error":"the database is out of reach, try again"}'];
const WAITING = [
  { action: 'goto', url: '/plain' },
  { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 },
];
const END_BLOCKED_GATEWAY = `select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'ghostly-gateway' and wait_event_type = 'Lock' and state = 'active'`;

test('services that find neither PostgreSQL nor NATS say so once, wait, and the gateway tells what is missing', async () => {
  await Promise.all(services.map((service) => service.logged(NO_DATABASE)));
  await services[0]!.logged(NO_NATS);
  expect(await readiness()).toEqual(missing('database', 'nats'));
  expect((await nobody.request('GET', '/health')).text).toBe('{"status":"ok"}');
  expect((await nobody.request('GET', '/v1/runs')).text).toBe('{"ok":false,"error":"unauthorized"}');
  const withKey = nobody.as({ apiKey: `gly_${'x'.repeat(43)}` });
  expect((await withKey.request('GET', '/v1/runs')).status).toBe(503);
  expect(services.every(({ running }) => running)).toBe(true);
});

test('when PostgreSQL comes they make its schema between them, and only NATS is missing', async () => {
  postgres = await startAgain();
  const apiKey = await createAccounts(postgres.url);
  client = createClient(nobody.url, { apiKey });
  await eventually(async () => expect(await readiness()).toEqual(missing('nats')));
  await Promise.all(services.slice(1).map(({ ready }) => ready));
});

test('without NATS runs are accepted and carried out all the same', async () => {
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  expect(expectWholeStream(await (await client.watch(id)).ended())).toEqual({ status: 'pass' });
});

test('when NATS comes everything is ready, and each process had complained only once', async () => {
  await nats.startAgain();
  await Promise.all(services.map(({ ready }) => ready));
  await eventually(async () => expect(await readiness()).toEqual({ status: 200, body: { ok: true } }));
  expect(services.map((service) => times(service, NO_DATABASE))).toEqual([1, 1, 1]);
  expect(services.map((service) => times(service, NO_NATS))).toEqual([1, 1, 1]);
});

test('I3: a cancel whose record is cut off in the middle is a 503 and no promise; it may be tried again', async () => {
  const id = await client.start({ baseUrl: site.url, steps: WAITING });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));

  const locker = new pg.Client({ connectionString: postgres.url });
  await locker.connect();
  try {
    await locker.query('begin');
    await locker.query('select from runs where id = $1 for update', [id]);
    const answer = client.cancel(id);
    await eventually(async () => expect(await rows(postgres.url, END_BLOCKED_GATEWAY)).toHaveLength(1));
    const { status, text } = await answer;
    expect([status, text]).toEqual(UNAVAILABLE);
  } finally {
    await locker.end();
  }
  const run = await client.read(id);
  expect(run.status).toBe('running');
  expect(run).not.toHaveProperty('cancel');
  expect((await client.cancel(id)).text).toBe(`{"ok":true,"id":"${id}","status":"cancelling"}`);
  const runEnd = { status: 'fail', cancelled: true, source: 'user' };
  expect(expectWholeStream(await watch.ended())).toEqual(runEnd);
});

test('I3: while PostgreSQL is away nothing is accepted, neither a run nor a cancel; a run that is on survives a short absence', async () => {
  const id = await client.start({
    baseUrl: site.url,
    steps: [
      { action: 'goto', url: '/gated?outage' },
      { action: 'waitForSelector', selector: '#opened' },
      { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 },
    ],
  });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  const body = { project: await client.project(), baseUrl: site.url, steps: [{ action: 'snapshot' }] };

  await postgres.stop();
  const replies = await Promise.all([
    client.cancel(id),
    client.request('POST', '/v1/run', { body }),
    client.request('GET', `/v1/runs/${id}`),
  ]);
  expect(replies.map(({ status, text }) => [status, text])).toEqual([UNAVAILABLE, UNAVAILABLE, UNAVAILABLE]);
  await eventually(async () => expect(await readiness()).toEqual(missing('database')));
  site.release('/gate?outage'); // the step ends while its outcome cannot be stored
  postgres = await startAgain();
  await eventually(async () => expect((await readiness()).status).toBe(200));

  await watch.until(isEvent('step_success', 1));
  const run = await client.read(id);
  expect(run.status).toBe('running');
  expect(run).not.toHaveProperty('cancel');
  expect((await client.request<unknown[]>('GET', '/v1/runs')).body).toHaveLength(3);

  expect((await client.cancel(id)).text).toBe(`{"ok":true,"id":"${id}","status":"cancelling"}`);
  const runEnd = { status: 'fail', cancelled: true, source: 'user' };
  expect(expectWholeStream(await watch.ended())).toEqual(runEnd);
});
