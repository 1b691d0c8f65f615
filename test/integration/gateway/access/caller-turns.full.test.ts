/* I13: a user who sends too much at once is refused, and no request of others is. */
import pg from 'pg';
import { expect, it } from 'vitest';
import { generateKey } from '#shared/adapters/database/accounts/key.ts';
import { CONNECTIONS } from '../../../../services/gateway/budgets.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  type Person,
  type Received,
  startRun,
  useGateway,
} from '../fixture.ts';

const MAX_WAITING = 5;
/** Has as many connections as a gateway. */
const gateway = await useGateway({
  config: { GHOSTLY_MAX_WAITING_PER_USER: MAX_WAITING },
  poolSize: CONNECTIONS,
  statementTimeoutMs: 60_000,
  lockTimeoutMs: 60_000,
});
const wide = await useGateway({ poolSize: CONNECTIONS });
const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];

/** While `work` goes on, whatever changes the user's row waits. */
async function whileLocked({ userId }: Person, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select from users where id = $1 for update', [userId]);
    await work(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

const waiting = async (client: pg.Client): Promise<number> => {
  await client.query('select pg_stat_clear_snapshot()');
  const { rows } = await client.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length;
};

it('I13: a user who sends more at once than may wait is refused, and neither its other requests nor others are', async () => {
  const runId = await startRun(gateway, ann);
  const makeKey = (label: string) =>
    call(gateway, 'POST', '/v1/api-keys', { as: ann, body: { label, scopes: ['runs:read'] } });
  const answers: Received[] = [];
  const sent: Promise<unknown>[] = [];
  await whileLocked(ann, async (client) => {
    const send = (label: string) => sent.push(makeKey(label).then((answer) => answers.push(answer)));
    for (let n = 0; n < 20; n += 1) send(`key ${n}`);
    // The first of them waits for the row, and the next ones for their turn.
    const refusals = 20 - MAX_WAITING - 1;
    await eventually(() => expect(answers.length).toBe(refusals));
    expect(await waiting(client)).toBe(1);
    for (const refused of answers) {
      expectContract('createApiKey', refused);
      expect(refused).toMatchObject({ status: 429, body: { error: expect.stringContaining('too many') } });
      expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    const cancel = { as: ann, body: {} };
    expect((await call(gateway, 'GET', `/v1/runs/${runId}`, { as: ann })).status).toBe(200);
    expect((await call(gateway, 'GET', '/v1/runs', { as: ann })).status).toBe(200);
    expect((await call(gateway, 'POST', `/v1/runs/${runId}/cancel`, cancel)).status).toBe(200);
    expect((await call(gateway, 'POST', '/v1/run', { as: bob, body: FLOW(bob.projectId) })).status).toBe(202);
    expect(await waiting(client), 'none of them has given up').toBe(1);
    expect(answers).toHaveLength(refusals);
  });
  await Promise.all(sent);
  const made = answers.filter(({ status }) => status === 201);
  expect(made).toHaveLength(MAX_WAITING + 1);
});

it('a request that waits for its turn is not carried out when its client has gone', async () => {
  const key = await createKey(gateway, ann, ['runs:write', 'runs:read']);
  const count = async () => (await gateway.sql.rows('select from projects')).length;
  const before = await count();
  const abort = new AbortController();
  const headers = { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' };
  const make = (label: string) =>
    fetch(`${gateway.url}/v1/projects`, {
      method: 'POST',
      headers,
      signal: abort.signal,
      body: JSON.stringify({ label }),
    });
  await whileLocked(ann, async (client) => {
    const held = call(gateway, 'POST', '/v1/projects', { as: ann, body: { label: 'first' } });
    await eventually(async () => expect(await waiting(client)).toBe(1));
    const gone = make('gone').catch(() => 'gone');
    // Its request has arrived once one that was sent after it is answered.
    await call(gateway, 'GET', '/v1/runs', { key });
    abort.abort();
    expect(await gone).toBe('gone');
    await call(gateway, 'GET', '/v1/runs', { key });
    await client.query('commit');
    expect((await held).status).toBe(201);
  });
  const body = { label: 'last' };
  expect((await call(gateway, 'POST', '/v1/projects', { as: ann, body })).status).toBe(201);
  expect(await count()).toBe(before + 2);
});

it('I13: a flood of bad keys from the address of callers who were let in lately refuses none of them', async () => {
  const runId = await startRun(gateway, bob);
  await call(gateway, 'POST', `/v1/runs/${runId}/cancel`, { as: bob, body: {} });
  const client = new pg.Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  const refused: number[] = [];
  const flood: Promise<unknown>[] = [];
  try {
    await client.query('begin');
    await client.query('lock table api_keys in access exclusive mode');
    const tryKey = async () => {
      refused.push((await call(gateway, 'GET', '/v1/runs', { key: generateKey().key })).status);
    };
    for (let n = 0; n < 4 + MAX_WAITING + 1; n += 1) flood.push(tryKey());
    await eventually(() => expect(refused).toEqual([429]));
    expect((await call(gateway, 'GET', `/v1/runs/${runId}`, { as: bob })).status).toBe(200);
    expect((await call(gateway, 'POST', '/v1/run', { as: bob, body: FLOW(bob.projectId) })).status).toBe(202);
    expect(refused, 'its queue was full all the time').toEqual([429]);
  } finally {
    await client.end();
  }
  await Promise.all(flood);
});

it('many starts at once by one user are all accepted', async () => {
  const person = await createPerson(wide);
  const starts = Array.from({ length: 100 }, () =>
    call(wide, 'POST', '/v1/run', { as: person, body: FLOW(person.projectId) }),
  );
  expect(new Set((await Promise.all(starts)).map(({ status }) => status))).toEqual(new Set([202]));
});
