/* I3, I12: a start or a cancel whose gateway is killed is stored whole or not at all, and what was answered holds. */
import { Client as Postgres } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';
import { repeat } from '../scale.ts';

const LEASE_MS = 5_000;

let stack: Stack;
let site: TestSite;
/** Client of the gateway that lives on. */
let client: Client;

beforeAll(async () => {
  stack = await createStack({ env: { GHOSTLY_LEASE_MS: String(LEASE_MS) } });
  site = await startSite();
  const [gateway] = await Promise.all([stack.start('gateway'), stack.start('supervisor')]);
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

const flow = (tag: string) => ({ baseUrl: `${site.url}/${tag}`, steps: [{ action: 'goto', url: '/plain' }] });

/** Posts a flow at a gateway that may die meanwhile: the answer's status, or why there was none. */
async function post(at: Client, tag: string, key?: string): Promise<{ status: number; id?: string }> {
  const body = { project: await client.project(), ...flow(tag) };
  const headers = key === undefined ? {} : { 'Idempotency-Key': key };
  try {
    const reply = await at.request<{ id?: string }>('POST', '/v1/run', { body, headers });
    return { status: reply.status, ...(reply.body.id !== undefined && { id: reply.body.id }) };
  } catch {
    return { status: 0 };
  }
}

const GONE = { status: 0 };

/** The gateways' connections; other test files have theirs in other databases. */
const GATEWAYS = `select from pg_stat_activity where datname = current_database() and application_name like 'ghostly-gateway%'`;

/** A lock of the test's own, which makes a gateway wait in the middle of its statement. */
async function lockedOut(statement: string, values: unknown[] = []) {
  const lock = new Postgres({ connectionString: stack.databaseUrl });
  await lock.connect();
  await lock.query('begin');
  await lock.query(statement, values);
  const waiting = `${GATEWAYS} and wait_event_type = 'Lock'`;
  return {
    // Asked on another connection: within a transaction the view would not change.
    reached: () => eventually(async () => expect(await rows(stack.databaseUrl, waiting)).toHaveLength(1)),
    release: () => lock.end(),
    [Symbol.asyncDispose]: () => lock.end(),
  };
}

interface Stored {
  id: string;
  statuses: number;
  keys: number;
}
/** What is stored of the runs for this tag; nothing of theirs may be there without the rest. */
const storedOf = (tag: string) =>
  rows<Stored>(
    stack.databaseUrl,
    `select id, (select count(*)::int from status_changes where run_id = id) as statuses,
       (select count(*)::int from idempotency_keys where run_id = id) as keys
     from runs where base_url = $1`,
    [`${site.url}/${tag}`],
  );
const noneWaits = () =>
  eventually(async () => {
    expect(await rows(stack.databaseUrl, `${GATEWAYS} and state <> 'idle'`)).toEqual([]);
  });

async function kill(gateway: ServiceProcess): Promise<void> {
  gateway.signal('SIGKILL');
  await gateway.exited;
}

/** Where a gateway may be while it takes a run, and how it is caught there. */
const POINTS = ['before it is stored', 'after it is stored'] as const;

test.each(POINTS.flatMap((point) => [false, true].map((withKey) => ({ point, withKey }))))(
  'row 9: a gateway killed with a start it has received, $point (a key: $withKey): it is stored whole or not at all, and a repeat with a key starts one run (I12)',
  async ({ point, withKey }) => {
    const tag = `${point.replaceAll(' ', '-')}-${withKey}`;
    const key = withKey ? tag : undefined;
    const doomed = await stack.start('gateway');
    const at = await stack.clientOf(doomed);
    await using lock = await lockedOut('lock table status_changes in exclusive mode');
    const posted = post(at, tag, key);
    await lock.reached();
    if (point === 'before it is stored') await kill(doomed);
    else doomed.signal('SIGSTOP');
    await lock.release();
    await noneWaits();
    await kill(doomed);
    expect(await posted).toEqual(GONE);

    const stored = await storedOf(tag);
    // One statement is carried out even if nobody waits for it any more; a transaction is not.
    expect(stored).toHaveLength(withKey ? 0 : 1);
    expect(stored.every(({ statuses }) => statuses === 1)).toBe(true);
    if (key === undefined) return;
    const repeated = await Promise.all([post(client, tag, key), post(client, tag, key)]);
    expect(repeated.map(({ status }) => status)).toContain(202);
    expect(await storedOf(tag)).toMatchObject([{ statuses: 1, keys: 1 }]);
  },
);

test('row 9: a gateway killed as it answers, before it has rung: what it answered holds, the run starts', async () => {
  const doomed = await stack.start('gateway');
  const answered = await post(await stack.clientOf(doomed), 'answered');
  doomed.signal('SIGKILL');
  expect(answered.status).toBe(202);
  expect(await storedOf('answered')).toMatchObject([{ id: answered.id, statuses: 1 }]);
  const runner = await stack.start('runner');
  const messages = await (await client.watch(answered.id!)).ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(await runner.stop()).toBe(true);
});

const ROUNDS = share(3, 20);
const POSTS = 25;

test(`row 9: in ${ROUNDS} rounds a gateway is killed at any moment under load: what was answered holds, what was not is all or nothing`, {
  timeout: 60_000 + ROUNDS * 10_000,
}, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const doomed = await stack.start('gateway');
    const at = await stack.clientOf(doomed);
    const answers: { tag: string; key: string | undefined; status: number; id?: string }[] = [];
    await repeat(POSTS, 5, async (n) => {
      const tag = `load-${round}-${n}`;
      const key = n % 2 === 0 ? tag : undefined;
      if (n === 5 + ((round * 7) % (POSTS - 5))) doomed.signal('SIGKILL');
      answers.push({ tag, key, ...(await post(at, tag, key)) });
    });
    await doomed.exited;
    await noneWaits();
    for (const { tag, key, status, id } of answers) {
      const stored = await storedOf(tag);
      expect(stored.length, tag).toBeLessThanOrEqual(1);
      expect(stored.every(({ statuses }) => statuses === 1)).toBe(true);
      if (status !== 0) expect({ status, stored }).toMatchObject({ status: 202, stored: [{ id }] });
      if (status !== 0 || key === undefined) continue;
      const again = await post(client, tag, key);
      expect(again.status).toBe(202);
      expect(await storedOf(tag)).toMatchObject([{ id: again.id, keys: 1 }]);
    }
    expect(answers.some(({ status }) => status === 0)).toBe(true);
  }
});

const CANCELS = share(10, 25);

test(`row 9: in ${ROUNDS} rounds a gateway is killed at any moment under cancels of runs that wait: what was answered holds, what was not is all or nothing (I3)`, {
  timeout: 60_000 + ROUNDS * 10_000,
}, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const ids: string[] = [];
    await repeat(CANCELS, 5, async (n) => void ids.push((await post(client, `cancels-${round}-${n}`)).id!));
    const doomed = await stack.start('gateway');
    const at = await stack.clientOf(doomed);
    const answers = new Map<string, number>();
    await repeat(CANCELS, 5, async (n) => {
      if (n === 5 + ((round * 7) % (CANCELS - 5))) doomed.signal('SIGKILL');
      const answer = await at.cancel(ids[n]!).catch(() => GONE);
      answers.set(ids[n]!, answer.status);
    });
    await doomed.exited;
    await noneWaits();
    const isRecorded = async (id: string) => (await client.read(id)).cancel !== undefined;
    for (const [id, status] of answers) {
      expect([200, 0]).toContain(status);
      if (status === 0 && !(await isRecorded(id))) {
        expect((await client.read(id)).state).toBe('running.queued');
        expect((await client.cancel(id)).status).toBe(200);
      }
      const messages = await (await client.watch(id)).ended();
      expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    }
    expect(new Set(answers.values())).toEqual(new Set([200, 0]));
  }
});

/** A run that is under way, and its watcher at the gateway that lives on. */
async function startWaiting(tag: string) {
  const steps = [{ action: 'goto', url: `/never?${tag}` }];
  const id = await client.start({ baseUrl: site.url, steps });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 0), 30_000);
  return { id, watch };
}

test('row 9: a gateway killed with a cancel it has received: a recorded one is carried out within a heartbeat, another was none (I3)', async () => {
  await rows(stack.databaseUrl, `delete from runs where state = 'running.queued'`);
  await stack.start('runner');
  for (const point of POINTS) {
    const { id, watch } = await startWaiting(point.replaceAll(' ', '-'));
    const doomed = await stack.start('gateway');
    const at = await stack.clientOf(doomed);
    await using lock = await lockedOut('select from runs where id = $1 for update', [id]);
    const cancelled = at.cancel(id).then(
      ({ status }) => ({ status }),
      () => GONE,
    );
    await lock.reached();
    doomed.signal(point === 'before it is stored' ? 'SIGKILL' : 'SIGSTOP');
    await lock.release();
    await noneWaits();
    const released = performance.now();
    await kill(doomed);
    expect(await cancelled).toEqual(GONE);
    // Its single statement was already with the database: the owner learns of it with its next heartbeat.
    const messages = await watch.ended();
    expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    expect(performance.now() - released).toBeLessThan(LEASE_MS / 5 + share(4_000, 2_000));
    expect(messages.find(isEvent('cancel'))?.data.payload).toMatchObject({
      via: expect.stringMatching(/heartbeat|commit/),
    });
    expect((await client.cancel(id)).status).toBe(409);
  }
});

test('row 9: a gateway killed before it could ask for the record: the run goes on, and a repeat at another gateway is carried out', async () => {
  const { id, watch } = await startWaiting('unasked');
  const doomed = await stack.start('gateway');
  const at = await stack.clientOf(doomed);
  doomed.signal('SIGSTOP');
  const cancelled = at.cancel(id).then(
    ({ status }) => ({ status }),
    () => GONE,
  );
  await kill(doomed);
  expect(await cancelled).toEqual(GONE);
  const run = await client.read(id);
  expect(run.status).toBe('running');
  expect(run).not.toHaveProperty('cancel');
  expect((await client.cancel(id)).text).toBe(`{"ok":true,"id":"${id}","status":"cancelling"}`);
  expect(expectWholeStream(await watch.ended())).toEqual({ status: 'fail', cancelled: true, source: 'user' });
});
