/* I5, I7, I14: behind a pooler in transaction mode, runs pass, are watched and end as without one. */
import { Client as Postgres } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownerGone } from '../support/database/owner-gone.ts';
import { rows } from '../support/database/rows.ts';
import { eventually, promisedMs } from '../support/eventually.ts';
import type { Client } from '../support/http/client.ts';
import { expectWholeStream } from '../support/http/run-stream.ts';
import { isEvent, isRunEnd } from '../support/http/sse.ts';
import { needs } from '../support/machine.ts';
import { startPgBouncer } from '../support/servers/pgbouncer.ts';
import { createTestDatabase } from '../support/servers/servers.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../support/stack/stack.ts';
import { GRACE_MS, LEASE_MS } from '../support/stack/use-stack.ts';
import { startWaitingRun } from '../support/stack/waiting-run.ts';

await needs('pgbouncer');

/** Fewer than the services open to it. */
const SERVERS = 4;
const LISTS = 20;
/** For two busy cores; a list that is blocked takes two seconds. */
const SOON_MS = promisedMs(1_500);

let stack: Stack;
let site: TestSite;
let client: Client;
let doomed: ServiceProcess;
let directUrl: string;

beforeAll(async () => {
  directUrl = (await createTestDatabase()).url;
  const env = {
    DATABASE_URL: await startPgBouncer(directUrl, { servers: SERVERS }),
    DATABASE_SESSION_URL: directUrl,
    GHOSTLY_LEASE_MS: String(LEASE_MS),
    GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS),
  };
  [stack, site] = await Promise.all([createStack({ databaseUrl: directUrl, env }), startSite()]);
  const [gateway, runner] = await Promise.all([
    stack.start('gateway'),
    stack.start('runner'),
    stack.start('supervisor'),
  ]);
  doomed = runner;
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

/** What follows the kind in the names of our connections, and how many there are. */
async function connections(): Promise<Record<string, number>> {
  const found = await rows<{ name: string; count: number }>(
    directUrl,
    `select regexp_replace(application_name, ' [0-9a-f-]{36}', '') as name, count(*)::int from pg_stat_activity
     where datname = current_database() and application_name like 'ghostly%' group by 1 order by 1`,
  );
  return Object.fromEntries(found.map(({ name, count }) => [name, count]));
}

describe('behind a pooler in transaction mode', () => {
  test('I6, I7: a run passes, and its watcher sees all of it', async () => {
    const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/?pooled' }] });
    const watch = await client.watch(id);
    expect(expectWholeStream(await watch.ended())).toMatchObject({ status: 'pass' });
  });

  test('I14: while lists are blocked, claims, commits, heartbeats and cancels are not', async () => {
    const blocker = new Postgres({ connectionString: directUrl });
    await blocker.connect();
    const lists: Promise<unknown>[] = [];
    try {
      await blocker.query('begin; lock table cancel_jobs in access exclusive mode');
      for (let n = 0; n < LISTS; n += 1) lists.push(client.request('GET', '/v1/cancel-jobs'));
      await eventually(async () =>
        expect(await rows(directUrl, 'select from pg_locks where not granted')).not.toHaveLength(0),
      );
      const began = performance.now();
      const { id, watch } = await startWaitingRun(client, site, 'blocked');
      expect(performance.now() - began).toBeLessThan(SOON_MS);
      const [{ before } = { before: '' }] = await heartbeats();
      const cancel = await client.cancel(id);
      expect(cancel).toMatchObject({ status: 200, body: { status: 'cancelling' } });
      expect(cancel.ms).toBeLessThan(SOON_MS);
      const asked = performance.now();
      const messages = await watch.ended();
      expect(messages.find(isRunEnd)!.came - asked).toBeLessThan(SOON_MS);
      expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
      await eventually(async () => expect(await heartbeats()).not.toEqual([{ before }]));
    } finally {
      await blocker.end();
      await Promise.all(lists);
    }
  });

  test('the processes are seen, each by a session of its own, and all else shares the connections of the pooler', async () => {
    const { body } = await client.request<{ runners: object[]; supervisors: object[] }>('GET', '/v1/system');
    expect(body).toMatchObject({ runners: [{ condition: 'alive' }], supervisors: [{ leader: true }] });
    const { ghostly = 0, ...sessions } = await connections();
    expect(sessions).toEqual({ 'ghostly-runner session': 1, 'ghostly-supervisor': 1 });
    expect(ghostly).toBeLessThanOrEqual(SERVERS);
  });

  test('I5: a run whose runner was killed is ended at the first cancel', async () => {
    const { id, watch } = await startWaitingRun(client, site, 'killed');
    await watch.until(isEvent('step_start', 1));
    doomed.signal('SIGKILL');
    await doomed.exited;
    await ownerGone(stack.databaseUrl, id);
    const { body } = await client.cancel(id);
    expect(body).toEqual({ ok: true, id, status: 'cancelled', stale: true });
    const end = { status: 'fail', cancelled: true, source: 'user', staleAfterRestart: true };
    expect(expectWholeStream(await watch.ended())).toEqual(end);
    await stack.start('runner');
    const next = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/?next' }] });
    expect(expectWholeStream(await (await client.watch(next)).ended())).toMatchObject({ status: 'pass' });
  });
});

const heartbeats = () => rows<{ before: string }>(directUrl, 'select seen_at::text as before from runners');
