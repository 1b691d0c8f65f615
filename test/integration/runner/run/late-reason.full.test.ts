/* The runner is held up for longer than Playwright may be late with its reason. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stateOf } from '#shared/domain/run/snapshot.ts';
import { eventually } from '../../../support/eventually.ts';
import { holdUp } from '../../../support/hold-up.ts';
import { type BrowserBench, createBench, LIVE, patiently } from '../browser/fixture.ts';
import { startMachine } from '../browser/start-machine.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench?.[Symbol.asyncDispose]());

const FORM = { action: 'goto', url: '/form' };
const over = { keepVideo: false, reason: 'test over' };

test('a runner that is too busy to hear of it when a step ends still tells the reason', async () => {
  const run = await bench.open(bench.flow([FORM, { action: 'click', selector: '#nothing', timeoutMs: 900 }]));
  await run.perform(0, LIVE);
  const performing = run.perform(1, LIVE);
  await run.look('flow', 1);
  holdUp(1_500);
  const { error } = await performing;
  await run.close(over);
  expect(error).toBe('click #nothing: timed out after 900 ms, no element matches the selector');
});

test('I4: a step of a runner that is held up as it begins ends in its own time, with its reason and its picture', async () => {
  const timeoutMs = patiently(4_000);
  const click = { action: 'click', selector: '#nothing', timeoutMs };
  const flow = bench.flow([FORM, click], { captureScreenshotAfterEachStep: true });
  const { hold, ended } = startMachine(bench, flow, {
    onMove(before, after) {
      const begins = stateOf(after) === 'running.stepping.acting' && stateOf(before) !== stateOf(after);
      // Once the step has begun, before anything that it has sent is read.
      if (begins && after.context.done === 1) setImmediate(holdUp, 2_000);
    },
  });
  const error = (await ended).context.lastStep?.error;
  expect(error).toBe(`click #nothing: timed out after ${timeoutMs} ms, no element matches the selector`);
  expect(hold.outcome(1, 'flow')).toMatchObject({
    reason: 'element_missing',
    screenshotPath: expect.any(String),
  });
});

test('I4: a step whose time is over before it could begin is not begun', async () => {
  const press = { action: 'press', key: 'A', timeoutMs: 400 };
  const typed = { action: 'waitForSelector', selector: '#key:text-is("A")' };
  const run = await bench.open(bench.flow([FORM, press, typed]));
  await run.perform(0, LIVE);
  const performing = run.perform(1, LIVE);
  holdUp(700);
  const { error } = await performing;
  // A page that is short of processor time does not answer the first look in time.
  const page = await eventually(async () => {
    const look = await run.look('flow', 2);
    expect(look).toHaveProperty('matches');
    return look;
  });
  await run.close(over);
  expect({ error, page }).toMatchObject({ error: 'press A: timed out after 400 ms', page: { matches: 0 } });
});

test('I4: what ends a moment after its time was too late', async () => {
  const press = { action: 'press', key: 'A', timeoutMs: 2_000 };
  const run = await bench.open(bench.flow([{ action: 'goto', url: '/key-asks' }, press]));
  await run.perform(0, LIVE);
  const start = performance.now();
  const performing = run.perform(1, LIVE);
  await bench.site.asked('/gate?key');
  // Its page is released when its time is over, but not the extra that a call has for its reason.
  holdUp(start + 2_020 - performance.now());
  bench.site.release('/gate?key');
  const { ok, error } = await performing;
  await run.close(over);
  expect({ ok, error }).toEqual({
    ok: false,
    error: expect.stringMatching(/^press A: timed out after 2000 ms/),
  });
});
