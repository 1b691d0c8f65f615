/* I13: a browser that gives no page is not used, and after three of them the runner takes no more runs. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLaunchHealth, type LaunchHealth } from '../../../../../services/runner/claim/launch-health.ts';
import { quietLog } from '../../../../support/log-lines.ts';
import { makeBreakableChromium } from '../../../../support/servers/breakable-chromium.ts';
import { extendedOnly } from '../../../../support/share.ts';
import { type BrowserBench, createBench, LIVE, patiently, useGround } from '../fixture.ts';

const ground = useGround();
const FLOW = [{ action: 'goto', url: '/plain' }];
const NO_PAGE = { code: 'browser_pageless', message: expect.stringContaining('gave no page') };

let chromium: Awaited<ReturnType<typeof makeBreakableChromium>>;
let bench: BrowserBench;
let health: LaunchHealth;
let ready: PromiseWithResolvers<void>;

beforeEach(async () => {
  chromium = await makeBreakableChromium();
  // Long enough for a page on a busy machine, and the tests wait for it to pass.
  bench = await createBench(
    { headlessPath: chromium.path, fullPath: undefined, openTimeoutMs: patiently(5_000) },
    ground(),
  );
  ready = Promise.withResolvers();
  health = createLaunchHealth({
    log: quietLog(),
    testLaunch: () => bench.pool.testLaunch(),
    onReady: () => ready.resolve(),
    firstRetryMs: 200,
  });
  await health.tried;
  await ready.promise;
  ready = Promise.withResolvers();
});
afterEach(async () => {
  health[Symbol.dispose]();
  await bench[Symbol.asyncDispose]();
  await chromium[Symbol.asyncDispose]();
});

const open = (projectId: string) => health.watch(bench.open(bench.flow(FLOW), { projectId }));

test('I13: a test launch fails if the browser starts and gives no page, and leaves no such browser', async () => {
  await (await open('takes the browser that was started ahead')).close({ keepVideo: false, reason: 'over' });
  await chromium.withholdPages();
  await expect(bench.pool.testLaunch()).rejects.toMatchObject(NO_PAGE);
  await chromium.mend();
  await bench.pool.testLaunch();
  const run = await open('another');
  expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
  await run.close({ keepVideo: false, reason: 'over' });
});

extendedOnly(() => {
  test('I13: a runner takes no more runs after three browsers in a row that gave no page, until one does', async () => {
    await (await open('takes the browser that was started ahead')).close({
      keepVideo: false,
      reason: 'over',
    });
    await chromium.withholdPages();
    // Runs that wait for the same browser are one failure.
    const first = await Promise.allSettled([open('one'), open('one'), open('one')]);
    for (const opened of first) expect(opened).toMatchObject({ status: 'rejected', reason: NO_PAGE });
    await expect(open('two')).rejects.toMatchObject(NO_PAGE);
    expect(health.ready).toBe(true);
    await expect(open('three')).rejects.toMatchObject(NO_PAGE);
    expect([health.ready, health.trouble]).toEqual([false, NO_PAGE.message]);
    await chromium.mend();
    await ready.promise;
    expect([health.ready, health.trouble]).toEqual([true, undefined]);
  });
});

test('I13: a browser that crashes while it opens its first page is not tried again by the same run, and counts', async () => {
  await (await open('takes the browser that was started ahead')).close({ keepVideo: false, reason: 'over' });
  const before = await chromium.starts();
  await chromium.crashWithPages();
  for (const projectId of ['one', 'two', 'three'])
    await expect(open(projectId)).rejects.toMatchObject({ code: 'browser_pageless' });
  expect(health.ready).toBe(false);
  expect((await chromium.starts()) - before).toBe(3);
});
