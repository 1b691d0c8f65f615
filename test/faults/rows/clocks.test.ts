/* Wrong clocks of processes change no lease, deadline, cancel or token, and no time that a run shows. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { type Client, logIn, type RunView } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent, isRunEnd } from '../../support/http/sse.ts';
import { needs } from '../../support/machine.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { ADMIN, createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';
import { SLACK_MS } from '../scale.ts';

await needs('libfaketime');

const LEASE_MS = 4_000;
const SWEEP_MS = 1_000;
const HOUR = 3_600;

/** Each process has a clock of its own, an hour before or after the database's. */
let stack: Stack;
let site: TestSite;
let client: Client;
let slow: FakeClock;
let runner: ServiceProcess;

beforeAll(async () => {
  const env = { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '600' };
  [stack, site] = await Promise.all([createStack({ env }), startSite()]);
  const clock = (seconds: number) => fakeClock(join(stack.home, '..'), seconds);
  slow = await clock(-HOUR);
  const [gateway, , started] = await Promise.all([
    stack.start('gateway', (await clock(HOUR)).env),
    stack.start('supervisor', (await clock(HOUR)).env),
    stack.start('runner', slow.env),
  ]);
  runner = started;
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

const flow = (...urls: string[]) => ({
  baseUrl: site.url,
  steps: urls.map((url) => ({ action: 'goto', url })),
});

/** All times of a run are the database's, which are right. */
function expectTrueTimes({ startedAt, events }: RunView): void {
  const times = [startedAt, ...events.map(({ at }) => at), ...events.map(({ payload }) => payload?.at)];
  for (const time of times.filter((one) => one !== undefined))
    expect(Math.abs(Date.parse(String(time)) - Date.now()), String(time)).toBeLessThan(60_000);
}

test('row 16: the clocks of the processes are wrong indeed', async () => {
  for (const { kind, logged } of stack.processes) {
    const { time } = JSON.parse(await logged('"time"')) as { time: string };
    const offBy = (Date.parse(time) - Date.now()) / 1_000;
    expect(Math.round(offBy / HOUR), kind).toBe(kind === 'runner' ? -1 : 1);
  }
});

test('row 16: with all clocks an hour off, a run goes on for longer than its lease, and passes with true times', async () => {
  const id = await client.start(flow('/gate?long', '/plain'));
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 0));
  // Nothing happens: that is what is waited for.
  await delay(1.5 * LEASE_MS);
  expect((await client.read(id)).state).toBe('running.stepping.acting');
  site.release('/gate?long');
  expect(expectWholeStream(await watch.ended())).toEqual({ status: 'pass' });
  const run = await client.read(id);
  expectTrueTimes(run);
  expect(run.durationMs).toBeGreaterThan(1.5 * LEASE_MS);
  expect(run.durationMs).toBeLessThan(60_000);
});

test('row 16: a clock that is set two hours on in the middle of a run disturbs neither its lease nor its deadlines', async () => {
  const id = await client.start({ ...flow('/gate?jump', '/plain'), maxDurationMs: 60_000 });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 0));
  await slow.set(HOUR);
  await delay(LEASE_MS);
  await slow.set(-2 * HOUR);
  site.release('/gate?jump');
  expect(expectWholeStream(await watch.ended())).toEqual({ status: 'pass' });
  expectTrueTimes(await client.read(id));
});

test('row 16: a cancel is carried out on command', async () => {
  const learnt: unknown[] = [];
  // Its owner gets the command, and does not learn of it by the way; but a heartbeat may come just then.
  while (learnt.length < 5 && !learnt.includes('command')) {
    const tag = `/never?cancelled-${learnt.length}`;
    const id = await client.start(flow(tag));
    const watch = await client.watch(id);
    await watch.until(isEvent('step_start', 0));
    expect((await client.cancel(id)).text).toBe(`{"ok":true,"id":"${id}","status":"cancelling"}`);
    const messages = await watch.ended();
    expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    const { via } = messages.find(isEvent('cancel'))?.data.payload ?? {};
    expect(['command', 'heartbeat', 'commit']).toContain(via);
    learnt.push(via);
    expectTrueTimes(await client.read(id));
    const receipt = await client.request('GET', `/v1/runs/${id}/cancel`);
    for (const at of receipt.text.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [])
      expect(Math.abs(Date.parse(at) - Date.now()), receipt.text).toBeLessThan(60_000);
  }
  expect(learnt).toContain('command');
});

test('row 16: a run whose runner is killed ends within lease and sweep, and one that no runner takes by its queue timeout', async () => {
  const id = await client.start(flow('/never?killed'));
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 0));
  const killed = performance.now();
  runner.signal('SIGKILL');
  await runner.exited;
  const queued = await client.start({ ...flow('/plain'), queueTimeoutMs: 1_500 });
  const posted = performance.now();
  const ofQueued = await client.watch(queued);

  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({ source: 'supervisor', staleAfterRestart: true });
  const took = messages.find(isRunEnd)!.came - killed;
  expect(took).toBeGreaterThan(0.5 * LEASE_MS);
  expect(took).toBeLessThan(LEASE_MS + SWEEP_MS + SLACK_MS);
  expectTrueTimes(await client.read(id));

  const ends = await ofQueued.ended();
  expect(expectWholeStream(ends)).toMatchObject({ error: 'no runner took the run in time' });
  const waited = ends.find(isRunEnd)!.came - posted;
  expect(waited).toBeGreaterThan(1_400);
  expect(waited).toBeLessThan(1_500 + SWEEP_MS + SLACK_MS);
  await eventually(async () => expect(await browsersWith(stack.home)).toEqual([]));
});

test('row 16: a token of a gateway that is an hour ahead counts at one that is an hour behind, and the other way round', async () => {
  const behind = await stack.start('gateway', slow.env);
  await slow.set(-HOUR);
  const there = await stack.clientOf(behind);
  for (const [from, to] of [
    [client, there],
    [there, client],
  ] as const) {
    const token = await logIn(from, ADMIN.email, ADMIN.password);
    expect((await to.as({ token }).request('GET', '/v1/auth/me')).status).toBe(200);
  }
  // Whatever the killed runner left is taken away.
  await stack.start('runner');
});
