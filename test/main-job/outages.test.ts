/* I3, I5, I7: an outage of NATS or PostgreSQL delays runs, their cancels and events, and loses none. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { expectWholeStream, messageIdsOf } from '../support/http/run-stream.ts';
import { connectReader } from '../support/servers/nats-reader.ts';
import { type PostgresServer, startPostgresServer } from '../support/servers/postgres-server.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { createStack, type OneOfEach, type Stack, startOneOfEach } from '../support/stack/stack.ts';
import { startWaitingRun } from '../support/stack/waiting-run.ts';

let postgres: PostgresServer;
let stack: Stack;
let site: TestSite;
let all: OneOfEach;

beforeAll(async () => {
  [postgres, site] = await Promise.all([startPostgresServer(), startSite()]);
  // A lease that outlives the outage, also on a slow machine.
  const env = { GHOSTLY_LEASE_MS: '120000', GHOSTLY_CANCEL_GRACE_MS: '9000' };
  stack = await createStack({ databaseUrl: postgres.url, env });
  all = await startOneOfEach(stack);
});
afterAll(() => site?.close());

const VISIT = [{ action: 'goto', url: '/plain' }];

test('I3, I7: while NATS is gone runs start, end, are watched and cancelled; then it has all of their events', async () => {
  const { client } = all;
  const held = await startWaitingRun(client, site, 'without-nats');
  process.kill(stack.nats.pid, 'SIGKILL');
  await stack.nats.exited;

  const started = await client.start({ baseUrl: site.url, steps: VISIT });
  const messages = await (await client.watch(started)).ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  expect(await client.cancel(held.id)).toMatchObject({ status: 200 });
  expect(expectWholeStream(await held.watch.ended())).toMatchObject({ status: 'fail', cancelled: true });

  await stack.nats.startAgain();
  await eventually(async () => {
    await using reader = await connectReader(stack.nats.readerUrl);
    const ids = (await reader.stored(started)).map(({ id }) => id);
    expect([...new Set(ids)]).toEqual(messageIdsOf(started, messages));
  });
});

test('I3, I5: while PostgreSQL is silent no cancel and no start is accepted; then the run is still there, and is cancelled', async () => {
  const { client } = all;
  const { id, watch } = await startWaitingRun(client, site, 'without-postgres');
  const body = { project: await client.project(), baseUrl: site.url, steps: VISIT };
  await postgres.freeze();
  try {
    expect(await client.cancel(id)).toMatchObject({ status: 503 });
    expect(await client.request('POST', '/v1/run', { body })).toMatchObject({ status: 503 });
  } finally {
    await postgres.thaw();
  }
  // The one before may have come through after all, and the run have ended by it.
  await eventually(async () => expect([200, 409]).toContain((await client.cancel(id)).status));
  expect(expectWholeStream(await watch.ended())).toMatchObject({
    status: 'fail',
    cancelled: true,
    source: 'user',
  });
  expect(await client.read(id)).toMatchObject({ outcome: 'cancelled', stopReason: 'cancelled' });
});
