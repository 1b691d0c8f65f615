/* I3, I5, I9: a run that cannot be started or stored fails and says why, can be cancelled, and harms no other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuseEvents } from '../../support/database/refuse-events.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { cutStep, expectWholeStream, seqsOf } from '../../support/http/run-stream.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';

/** Long, so that a run which is ended in time was not left to the end of its lease. */
const LEASE_MS = 30_000;

/** At first there is no runner, so that each run can be poisoned before it is claimed. */
let stack: Stack;
let site: TestSite;
let client: Client;

beforeAll(async () => {
  const env = { GHOSTLY_LEASE_MS: String(LEASE_MS), RUNNER_SLOTS: '2' };
  [stack, site] = await Promise.all([createStack({ env }), startSite()]);
  const [gateway] = await Promise.all([stack.start('gateway'), stack.start('supervisor')]);
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

const startPlain = () =>
  client.start({
    baseUrl: site.url,
    steps: [
      { action: 'goto', url: '/plain' },
      { action: 'waitForSelector', selector: 'h1' },
    ],
  });

interface Poison {
  name: string;
  /** What is done to its row. */
  set: string;
  /** What the run has to say of it. */
  says: RegExp;
}

const snapshotIs = (json: string) => `snapshot = '${json}'::jsonb`;
const planIs = (json: string) => `plan = '${json}'::json`;
const NO_MACHINE = /cannot be started: .*(restorable|version)/;
const NO_FLOW = /^this run cannot be started: /;

const POISONS: Poison[] = [
  { name: 'an empty snapshot', set: snapshotIs('{}'), says: NO_MACHINE },
  { name: 'a snapshot that is a text', set: snapshotIs('"gone"'), says: NO_MACHINE },
  { name: 'a snapshot of null', set: snapshotIs('null'), says: NO_MACHINE },
  {
    name: 'a snapshot of another version',
    set: `snapshot = jsonb_set(snapshot, '{version}', '99')`,
    says: NO_MACHINE,
  },
  {
    name: 'a state that is not known',
    set: `snapshot = jsonb_set(snapshot, '{machine,value}', '"limbo"')`,
    says: NO_MACHINE,
  },
  {
    name: 'an effect that is not known',
    set: `snapshot = jsonb_set(snapshot, '{machine,children}', '{"x": {"src": "levitate"}}')`,
    says: NO_MACHINE,
  },
  {
    name: 'a budget of null',
    set: `snapshot = jsonb_set(snapshot, '{machine,context,budget}', 'null')`,
    says: /cannot be started|machine failed/,
  },
  { name: 'a flow that is null', set: planIs('null'), says: NO_FLOW },
  { name: 'a flow that is a list', set: planIs('[]'), says: NO_FLOW },
  {
    name: 'a flow whose steps are a text',
    set: planIs('{"steps": "abc", "baseUrl": "http://a"}'),
    says: NO_FLOW,
  },
  { name: 'a step that is null', set: planIs('{"steps": [null], "baseUrl": "http://a"}'), says: NO_FLOW },
  {
    name: 'a verb that is not known',
    set: planIs('{"steps": [{"action": "levitate"}], "baseUrl": "http://a"}'),
    says: NO_FLOW,
  },
];

const claims = (runner: ServiceProcess, id: string) =>
  runner.lines.filter((line) => line.includes('"claimed"') && line.includes(id)).length;

test('row 11: runs that cannot be started fail at once, saying so, each claimed once; those between them pass (I5, I6)', async () => {
  const poisoned: (Poison & { id: string })[] = [];
  const sound: string[] = [await startPlain()];
  for (const poison of POISONS) {
    const id = await startPlain();
    await rows(stack.databaseUrl, `update runs set ${poison.set} where id = $1`, [id]);
    poisoned.push({ ...poison, id });
    sound.push(await startPlain());
  }
  const watches = await Promise.all(poisoned.map(({ id }) => client.watch(id)));
  const runner = await stack.start('runner');

  for (const id of sound)
    expect(expectWholeStream(await (await client.watch(id)).ended())).toEqual({ status: 'pass' });
  for (const [n, { id, name, says }] of poisoned.entries()) {
    const messages = await watches[n]!.ended(LEASE_MS / 2);
    const { error, ...runEnd } = expectWholeStream(messages);
    expect({ name, runEnd }).toEqual({ name, runEnd: { status: 'fail' } });
    expect(error, name).toMatch(says);
    const run = await client.read(id);
    expect(run, name).toMatchObject({
      status: 'fail',
      state: 'fail',
      stopReason: 'broken',
      error,
      steps: [],
    });
    expect(run, name).not.toHaveProperty('cancel');
    expect((await client.cancel(id)).status).toBe(409);
    expect(claims(runner, id), name).toBe(1);
  }
  expect(await runner.stop()).toBe(true);
});

test('row 11: a run with an event that cannot be stored fails at once, saying so, keeps what it had, and its browser is closed (I8, I9)', async () => {
  const refused = await refuseEvents(stack.databaseUrl);
  const steps = [
    { action: 'goto', url: '/held?unstorable' },
    { action: 'waitForSelector', selector: '#nope', timeoutMs: 300 },
  ];
  const id = await client.start({ baseUrl: site.url, steps });
  await refused.of(id, 'step_failure');
  const watch = await client.watch(id);
  const beside = await startPlain();
  const runner = await stack.start('runner');

  expect(expectWholeStream(await (await client.watch(beside)).ended())).toEqual({ status: 'pass' });
  const error = 'what it did could not be stored';
  expect(expectWholeStream(await watch.ended(LEASE_MS / 2))).toEqual({ status: 'fail', error });
  const run = await client.read(id);
  expect(run).toMatchObject({ status: 'fail', stopReason: 'broken', error });
  expect(run.steps).toMatchObject([{ index: 0, ok: true }, cutStep(1, 'waitForSelector', error)]);
  await eventually(() => expect(site.open('/never?unstorable')).toBe(0));
  expect(await runner.stop()).toBe(true);
});

test('row 11: poisoned runs can be read, asked about and cancelled like others, one by one and many at once (I3)', async () => {
  const names = [
    'a flow that is null',
    'a flow whose steps are a text',
    'an empty snapshot',
    'a step that is null',
  ];
  const ids: string[] = [];
  for (const name of names) {
    const id = await startPlain();
    const { set } = POISONS.find((poison) => poison.name === name)!;
    await rows(stack.databaseUrl, `update runs set ${set} where id = $1`, [id]);
    ids.push(id);
    for (const path of ['', '?wait=0'])
      expect((await client.request('GET', `/v1/runs/${id}${path}`)).status).toBe(200);
    expect((await client.request('POST', `/v1/runs/${id}/cancel?dryRun=true`)).status).toBe(200);
    expect((await client.request('GET', `/v1/runs/${id}/cancel`)).status).toBe(404);
    const rerun = await client.request('POST', `/v1/runs/${id}/rerun`, { body: {} });
    expect([202, 400]).toContain(rerun.status);
    if (rerun.status === 202) await client.cancel((rerun.body as { id: string }).id);
  }
  const sound = await startPlain();
  const [first, ...others] = ids;
  const reply = await client.cancel(first!, { body: { reason: 'poisoned' } });
  expect(reply).toMatchObject({ status: 200, body: { ok: true, id: first } });
  const many = await client.request('POST', '/v1/runs/cancel', {
    body: { ids: [...others, sound], reason: 'poisoned' },
  });
  expect(many.status, many.text).toBeLessThan(300);
  for (const id of [...ids, sound]) {
    const messages = await (await client.watch(id)).ended();
    expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', cancelled: true, source: 'user' });
  }
});

test('row 11: a poisoned run whose runner is lost is ended by the supervisor, which says why; those beside it too (I5)', async () => {
  const short = { GHOSTLY_LEASE_MS: '2000', GHOSTLY_CANCEL_GRACE_MS: '600' };
  const runner = await stack.start('runner', short);
  const ids = await Promise.all(
    ['poisoned', 'sound'].map((tag) =>
      client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: `/never?${tag}` }] }),
    ),
  );
  await Promise.all(['poisoned', 'sound'].map((tag) => site.asked(`/never?${tag}`)));
  runner.signal('SIGKILL');
  await runner.exited;
  await rows(stack.databaseUrl, `update runs set ${snapshotIs('{}')} where id = $1`, [ids[0]]);

  const ends = await Promise.all(ids.map(async (id) => (await client.watch(id)).ended()));
  const cut = cutStep(0, 'goto', 'its runner was lost');
  await using reader = await connectReader(stack.nats.readerUrl);
  for (const [n, messages] of ends.entries()) {
    expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', staleAfterRestart: true });
    // The step that was under way has its outcome in the run, on the stream and in NATS, poisoned or not (I9).
    const run = await client.read(ids[n]!);
    expect(run.steps).toMatchObject([cut]);
    const isFailure = ({ type }: { type?: string }) => type === 'step_failure';
    const reported = run.events.filter(isFailure);
    expect(reported).toMatchObject([{ stepIndex: 0, payload: { error: cut.error, interrupted: true } }]);
    expect(messages.map(({ data }) => data).filter(isFailure)).toMatchObject(reported);
    await eventually(async () => {
      const stored = await reader.stored(run.id);
      expect(stored.flatMap(({ data }) => data.seq ?? [])).toEqual(seqsOf(messages));
      expect(stored.map(({ data }) => data).filter(isFailure)).toMatchObject(reported);
    });
  }
  expect(await client.read(ids[0]!)).toMatchObject({
    error: expect.stringContaining('could not be read'),
    cancel: { verdict: { why: 'unreadable' } },
  });
  expect((await client.read(ids[1]!)).cancel).toMatchObject({ verdict: { why: 'owner_gone' } });
  await stack.start('runner');
});
