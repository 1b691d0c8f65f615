/* The runner is held up for longer than Playwright may be late with its reason. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { budgetOf } from '#shared/run/budget.ts';
import { initialSnapshot, stateOf } from '#shared/run/snapshot.ts';
import { holdBrowser } from '../../../services/runner/run/browser-hold.ts';
import { provideEffects } from '../../../services/runner/run/effects.ts';
import { LiveMachine } from '../../../services/runner/run/live-machine.ts';
import { eventually } from '../../support/eventually.ts';
import { type BrowserBench, createBench, LIVE } from './fixture.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench?.[Symbol.asyncDispose]());

const FORM = { action: 'goto', url: '/form' };
const over = { keepVideo: false, reason: 'test over' };

function holdUp(ms: number) {
  const start = performance.now();
  while (performance.now() < start + ms);
}

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
  const click = { action: 'click', selector: '#nothing', timeoutMs: 4_000 };
  const flow = bench.flow([FORM, click], { captureScreenshotAfterEachStep: true });
  const hold = holdBrowser({ openBrowser: () => bench.open(flow), isAtomic: () => false, now: Date.now });
  const ended = Promise.withResolvers<void>();
  let error: string | undefined;
  const live = new LiveMachine({
    machine: provideEffects({
      ...{ hold, closeMs: 10_000, now: Date.now },
      checkpoint: async () => undefined,
      isLost: () => false,
      isForced: () => false,
    }),
    snapshot: initialSnapshot({
      stepTimeouts: flow.steps.map(({ timeoutMs }) => timeoutMs ?? flow.defaultTimeoutMs),
      budget: budgetOf({ graceMs: 2_500, leaseMs: 10_000 }),
    }),
    now: Date.now,
    onMove(before, after) {
      const begins = stateOf(after) === 'running.stepping.acting' && stateOf(before) !== stateOf(after);
      // Once the step has begun, before anything that it has sent is read.
      if (begins && after.context.done === 1) setImmediate(holdUp, 2_000);
      error = after.context.lastStep?.error;
      if (after.status === 'done') ended.resolve();
    },
    onError: ended.reject,
  });
  live.start();
  await ended.promise;
  expect(error).toBe('click #nothing: timed out after 4000 ms, no element matches the selector');
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
