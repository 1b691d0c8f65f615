/* I9, I13: a browser or page that crashes or hangs ends only the runs on it, and what they had stored is kept. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Client, FlowStep } from '../../support/http/client.ts';
import { expectWholeStream, statusesOf } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { browsersWith, processesWith } from '../../support/stack/leaks.ts';
import { createStack, type Stack, startOneOfEach } from '../../support/stack/stack.ts';

let stack: Stack;
let site: TestSite;
let client: Client;

beforeAll(async () => {
  [stack, site] = await Promise.all([createStack(), startSite()]);
  ({ client } = await startOneOfEach(stack));
});

afterAll(() => site?.close());

/** A run with an open page that is in the middle of `then`, its second step. */
async function startOn(tag: string, then: FlowStep) {
  const steps = [{ action: 'goto', url: `/held?${tag}` }, then];
  const id = await client.start({ baseUrl: site.url, steps });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  return { id, watch };
}

const passes = async () => {
  const next = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  expect(expectWholeStream(await (await client.watch(next)).ended())).toEqual({ status: 'pass' });
};

const WAIT = { action: 'waitForSelector', selector: '#nope' };
const CLICK = { action: 'click', selector: '#loop' };

test('row 3: when the shared browser is killed its runs fail of that, saying so, and the next run finds a new one (I9)', async () => {
  const runs = await Promise.all([startOn('one', WAIT), startOn('two', WAIT), startOn('three', CLICK)]);
  await site.asked('/loop-begun?three');
  const [browser] = await browsersWith(stack.home);
  process.kill(browser!.pid, 'SIGKILL');

  for (const { id, watch } of runs) {
    const messages = await watch.ended();
    expect(expectWholeStream(messages)).toEqual({ status: 'fail' });
    const run = await client.read(id);
    expect(run).toMatchObject({ status: 'fail', stopReason: 'step_failed' });
    expect(run.steps).toMatchObject([
      { index: 0, ok: true },
      { index: 1, ok: false, error: expect.stringContaining('the browser crashed') },
    ]);
    expect(run).not.toHaveProperty('cancel');
  }
  await passes();
  const [next, ...others] = await browsersWith(stack.home);
  expect(others).toEqual([]);
  expect(next!.pid).not.toBe(browser!.pid);
});

test('row 3: a run that is being launched when its browser is killed gets another one', async () => {
  const [browser] = await browsersWith(stack.home);
  process.kill(browser!.pid, 'SIGSTOP');
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  const watch = await client.watch(id);
  await watch.until(({ data }) => data.payload?.to === 'running.launching');
  process.kill(browser!.pid, 'SIGKILL');
  expect(expectWholeStream(await watch.ended())).toEqual({ status: 'pass' });
});

test('row 3: a browser that hangs under a forced cancel is killed, once, and the runs beside it learn why and nothing else (I13)', async () => {
  const [hung, beside] = [await startOn('hung', WAIT), await startOn('neighbour', WAIT)];
  const [browser] = await browsersWith(stack.home);
  process.kill(browser!.pid, 'SIGSTOP');
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  const launching = await client.watch(id);
  await launching.until(({ data }) => data.payload?.to === 'running.launching');
  await client.cancel(hung.id, { body: { mode: 'force' } });

  expect(expectWholeStream(await hung.watch.ended())).toMatchObject({ cancelled: true });
  expect(expectWholeStream(await beside.watch.ended())).toEqual({ status: 'fail' });
  const run = await client.read(beside.id);
  expect(run.steps[1]).toMatchObject({
    ok: false,
    error: 'waitForSelector #nope: the browser was stopped because another page in it hung',
  });
  expect(JSON.stringify(run)).not.toContain(hung.id);
  // What was being launched on it has another one.
  expect(expectWholeStream(await launching.ended())).toEqual({ status: 'pass' });
  expect((await browsersWith(stack.home)).map(({ pid }) => pid)).not.toContain(browser!.pid);
});

interface Stat {
  /** Processes of one browser have one group. */
  group: number;
  /** CPU time so far. */
  ticks: number;
}

async function statOf(pid: number): Promise<Stat> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { group: fields[2]!, ticks: fields[11]! + fields[12]! };
}

/** The renderer of this browser whose page is in an endless loop. */
async function busyRenderer(browser: number): Promise<number> {
  const { group } = await statOf(browser);
  const before = new Map<number, number>();
  for (const { pid } of await processesWith('--type=renderer')) {
    const stat = await statOf(pid);
    if (stat.group === group) before.set(pid, stat.ticks);
  }
  return eventually(async () => {
    for (const [pid, ticks] of before) if ((await statOf(pid)).ticks - ticks > 30) return pid;
    throw new Error(`none of ${before.size} renderers is busy`);
  });
}

test('row 4: when the renderer of one page crashes only its run fails (I9)', async () => {
  const beside = await startOn('beside', WAIT);
  const crashing = await startOn('crashing', CLICK);
  await site.asked('/loop-begun?crashing');
  const [browser] = await browsersWith(stack.home);
  // The kernel does this when memory runs out. In its sandbox a renderer is the first process of its own pid namespace, to
  // which no other signal comes that it does not handle; how a crash from within is noticed is seen in page-events.full.test.ts.
  process.kill(await busyRenderer(browser!.pid), 'SIGKILL');

  const messages = await crashing.watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'fail' });
  const run = await client.read(crashing.id);
  expect(run.steps).toMatchObject([
    { index: 0, ok: true },
    { index: 1, ok: false, error: expect.stringContaining('the page crashed') },
  ]);

  expect((await browsersWith(stack.home)).map(({ pid }) => pid)).toEqual([browser!.pid]);
  expect((await client.read(beside.id)).state).toBe('running.stepping.acting');
  await passes();
  await client.cancel(beside.id);
  const ofBeside = await beside.watch.ended();
  expect(expectWholeStream(ofBeside)).toMatchObject({ cancelled: true, source: 'user' });
  expect(statusesOf(ofBeside)).toEqual(['running', 'cancelling', 'fail']);
});
