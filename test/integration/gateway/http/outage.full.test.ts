/* I3, I11: while the database is out of reach every answer is 503 and promises nothing, and nobody is signed out. */
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import { eventually } from '../../../support/eventually.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';
import {
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  PASSWORD,
  startRun,
  useGateway,
} from '../fixture.ts';

let id: string;

const link = await startFaultProxy((await createTestDatabase()).url);
const gateway = await useGateway({ databaseUrl: link.url, statementTimeoutMs: 1_000 });
const ann = await createPerson(gateway, 'admin');
const key = await createKey(gateway, ann, ['admin']);
id = await startRun(gateway, ann);
afterAll(async () => {
  await link[Symbol.asyncDispose]();
});

const REQUESTS: [EndpointId, string, string, unknown?][] = [
  ['startRun', 'POST', '/v1/run', () => FLOW(ann.projectId)],
  ['listRuns', 'GET', '/v1/runs'],
  ['readRun', 'GET', '/v1/runs/ID'],
  ['readFlow', 'GET', '/v1/runs/ID/flow'],
  ['cancelRun', 'POST', '/v1/runs/ID/cancel'],
  ['readCancel', 'GET', '/v1/runs/ID/cancel'],
  ['cancelRuns', 'POST', '/v1/runs/cancel', () => ({ all: true })],
  ['listCancelJobs', 'GET', '/v1/cancel-jobs'],
  ['login', 'POST', '/v1/auth/login', () => ({ email: ann.email, password: PASSWORD })],
  ['startSession', 'POST', '/v1/auth/session', () => ({ email: ann.email, password: PASSWORD })],
  ['register', 'POST', '/v1/auth/register', () => ({ email: 'new@test.local', password: PASSWORD })],
  ['listProjects', 'GET', '/v1/projects'],
  ['createApiKey', 'POST', '/v1/api-keys', () => ({ label: 'x' })],
  ['readArtifact', 'GET', '/artifacts/ID/1-0.png'],
];

it.each(['sever', 'swallow'] as const)(
  'I3: with the database out of reach (%s) every endpoint answers 503 and promises nothing, until it is back',
  async (outage) => {
    const before = await runs();
    link[outage]();
    const answers = await Promise.all(
      REQUESTS.map(([, method, path, body]) =>
        call(gateway, method, path.replace('ID', id), {
          ...(method === 'GET' ? { as: ann } : { key }),
          headers: { 'sec-fetch-site': 'same-origin' },
          ...(typeof body === 'function' && { body: body() }),
        }),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      expect(answer).toMatchObject({
        status: 503,
        body: { ok: false, error: 'the database is out of reach, try again' },
      });
      expectContract(REQUESTS[index]![0], answer);
    }
    link.heal();
    await eventually(async () => {
      expect((await call(gateway, 'GET', `/v1/runs/${id}`, { as: ann })).body).toMatchObject({
        status: 'running',
      });
    });
    expect(await runs()).toEqual(before);
  },
);

it('I11: nobody is signed out while the database is out of reach', async () => {
  const headers = { 'sec-fetch-site': 'same-origin' };
  const body = { email: ann.email, password: PASSWORD };
  const signedIn = await call(gateway, 'POST', '/v1/auth/session', { headers, body });
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';', 1)[0]!;
  const me = () => call(gateway, 'GET', '/v1/auth/me', { headers: { ...headers, cookie } });
  link.sever();
  const answer = await me();
  link.heal();
  expect(answer.status).toBe(503);
  expect(answer.headers.getSetCookie()).toEqual([]);
  await eventually(async () => expect((await me()).status).toBe(200));
});

const WAITS_FOR_LOCK = `datname = current_database() and wait_event_type = 'Lock'`;
const runs = () => gateway.sql.rows('select id, cancel_requested_at from runs order by id');

it('I3: a cancel that waits too long for the row of its run is not accepted, and may be tried again', async () => {
  const [run] = await gateway.sql.rows<{ id: string }>('select id from runs limit 1');
  const cancel = () => call(gateway, 'POST', `/v1/runs/${run!.id}/cancel`, { key });
  const other = new pg.Client({ connectionString: link.url });
  await other.connect();
  try {
    await other.query('begin');
    await other.query('select from runs where id = $1 for update', [run!.id]);
    expect(await cancel()).toMatchObject({ status: 503, body: { ok: false } });
    // The gateway may give up a little before PostgreSQL does.
    await eventually(async () =>
      expect((await other.query(`select from pg_stat_activity where ${WAITS_FOR_LOCK}`)).rowCount).toBe(0),
    );
    await other.query('rollback');
  } finally {
    await other.end();
  }
  expect((await runs())[0]).toMatchObject({ cancel_requested_at: null });
  expect((await cancel()).status).toBe(200);
});
