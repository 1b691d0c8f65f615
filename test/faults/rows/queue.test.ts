/* I5: queued runs start once each, in the order they came, though notifications are lost or repeated. */
import { connect } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';
import { enoughFor, repeat } from '../scale.ts';

let stack: Stack;
let site: TestSite;
let gateway: ServiceProcess;
let client: Client;

beforeAll(async () => {
  [stack, site] = await Promise.all([createStack({ env: { RUNNER_SLOTS: '4' } }), startSite()]);
  [gateway] = await Promise.all([stack.start('gateway'), stack.start('supervisor')]);
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

const flow = (tag: string | number) => ({
  baseUrl: site.url,
  steps: [{ action: 'goto', url: `/echo?${tag}` }],
});

interface Row {
  id: string;
  status: string;
  epoch: number;
  launches: number;
  claimed: number;
}

/** All runs in the order of their start, with how often each was launched and when it was claimed. */
const allRuns = () =>
  rows<Row>(
    stack.databaseUrl,
    `select id, status, epoch, rank() over (order by claimed_at)::int as claimed,
       (select count(*)::int from events where run_id = id and payload ->> 'to' = 'running.launching') as launches
     from runs order by created_at, id`,
  );

async function expectEachStartedOnce(count: number, timeoutMs: number): Promise<Row[]> {
  await eventually(
    async () => expect((await allRuns()).filter(({ status }) => status === 'running').length).toBe(0),
    { timeoutMs, everyMs: 250 },
  );
  const all = await allRuns();
  expect(all).toHaveLength(count);
  expect(
    all.filter(({ status, epoch, launches }) => status !== 'pass' || epoch !== 1 || launches !== 1),
  ).toEqual([]);
  return all;
}

const forget = () => rows(stack.databaseUrl, 'delete from runs');
const MANY = share(30, 1_000);

test(`row 10: of ${MANY} queued runs and one runner each starts once, in the order they came (I5)`, {
  timeout: enoughFor(MANY, 400),
}, async () => {
  await forget();
  for (let n = 0; n < MANY; n += 1) await client.start(flow(n));
  const runner = await stack.start('runner');
  const claims = (await expectEachStartedOnce(MANY, enoughFor(MANY, 300))).map(({ claimed }) => claimed);
  expect(claims).toEqual(claims.toSorted((a, b) => a - b));
  // The site saw them once each.
  const asked = site.requests.filter((path) => /^\/echo\?\d+$/.test(path));
  expect(asked).toHaveLength(MANY);
  expect(new Set(asked).size).toBe(MANY);
  expect(await runner.stop()).toBe(true);
});

test('row 10: run-queued notifications that come twice, or for nothing, start nothing twice', async () => {
  await forget();
  const nats = await connect({ ...login() });
  try {
    const runner = await stack.start('runner');
    const ring = () => {
      for (let n = 0; n < 10; n += 1) nats.publish(subjects.runQueued, '{}');
    };
    await repeat(30, 6, async (n) => {
      ring();
      await client.start(flow(`twice-${n}`));
      ring();
    });
    await expectEachStartedOnce(30, enoughFor(30, 300));
    expect(await runner.stop()).toBe(true);
  } finally {
    await nats.close();
  }
});

function login() {
  const { host, username, password } = new URL(stack.nats.serviceUrl);
  return { servers: host, user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}

test('row 10: a run whose notification was lost starts all the same, within a second or so', async () => {
  await forget();
  const runner = await stack.start('runner');
  // Its NATS does not exist, so that it notifies nobody.
  const port = String(await freePort());
  const mute = stack.launch('gateway', { NATS_URL: `nats://127.0.0.1:${await freePort()}`, PORT: port });
  await mute.logged('"msg":"listening"');
  const unheard = client.at(`http://127.0.0.1:${port}`);
  await eventually(async () => expect((await unheard.request('GET', '/v1/projects')).status).toBe(200));
  const ids = await Promise.all(Array.from({ length: 4 }, (_, n) => unheard.start(flow(`lost-${n}`))));
  for (const id of ids)
    expect(expectWholeStream(await (await client.watch(id)).ended())).toEqual({ status: 'pass' });
  await expectEachStartedOnce(4, 5_000);
  const [slowest] = await rows<{ waited: number }>(
    stack.databaseUrl,
    'select max(extract(epoch from claimed_at - created_at))::float as waited from runs',
  );
  expect(slowest!.waited).toBeLessThan(1 + 3);
  expect(await runner.stop()).toBe(true);
});
