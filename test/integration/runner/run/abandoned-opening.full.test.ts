/* I8, I13, I16: a kill while a page opens leaves no context, spares other runs, and says truly what it killed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandLine } from '#shared/platform/process/identity.ts';
import { holdBrowser } from '../../../../services/runner/run/hold-browser.ts';
import { eventually } from '../../../support/eventually.ts';
import { makeBreakableChromium } from '../../../support/servers/breakable-chromium.ts';
import { type BrowserBench, createBench, LIVE, useGround } from '../browser/fixture.ts';

const ground = useGround();
const PLAIN = { action: 'goto', url: '/plain' };
const SEES = { action: 'waitForSelector', selector: 'h1' };

let chromium: Awaited<ReturnType<typeof makeBreakableChromium>>;
let bench: BrowserBench;

beforeEach(async () => {
  chromium = await makeBreakableChromium();
  // Longer than the tests take: nothing ends by itself.
  const options = { headlessPath: chromium.path, fullPath: undefined, openTimeoutMs: 60_000, mostSpares: 0 };
  bench = await createBench(options, ground());
});
afterEach(async () => {
  await chromium.mend();
  await bench[Symbol.asyncDispose]();
  await chromium[Symbol.asyncDispose]();
});

/** A run as its actor holds it, whose browser is being opened; how that has ended, once it has. */
function startOpening() {
  const hold = holdBrowser({
    openBrowser: async (abandoned) => bench.open(bench.flow([PLAIN]), { abandoned }),
    isAtomic: () => false,
    isOptional: () => false,
    now: Date.now,
  });
  const opening = { ended: undefined as 'open' | 'refused' | undefined };
  hold.open().then(
    () => (opening.ended = 'open'),
    () => (opening.ended = 'refused'),
  );
  return { hold, opening };
}

test('I8, I16: a kill while the browser starts kills nothing and says so, and no context comes after it', async () => {
  await chromium.holdStarts();
  const { hold, opening } = startOpening();
  expect(await hold.kill()).toEqual({ spared: true });
  await eventually(() => expect(opening.ended).toBe('refused'));
  await chromium.mend();
  // The launch goes on, for the next run of the project.
  await eventually(() => expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 0 }]));
  const next = await bench.open(bench.flow([PLAIN]));
  expect(await next.perform(0, LIVE)).toMatchObject({ ok: true });
  await next.close({ keepVideo: false, reason: 'test over' });
});

test('I8, I16: a kill while the browser owes its page kills that browser, and tells which', async () => {
  await chromium.withholdPages();
  const { hold, opening } = startOpening();
  const pid = await eventually(() => {
    const [browser] = bench.pool.describe().browsers;
    expect(browser).toMatchObject({ contexts: 1 });
    return browser!.pid!;
  });
  expect(await hold.kill()).toEqual({ pid });
  expect(await commandLine(pid)).toBeUndefined();
  await eventually(() => expect(opening.ended).toBe('refused'));
  await eventually(() => expect(bench.pool.describe().browsers).toEqual([]));
});

test('I13: a run that waits for its page on a browser that is killed for another opens on the next one', async () => {
  await chromium.withholdPages();
  const { hold } = startOpening();
  const beside = bench.open(bench.flow([PLAIN]));
  const pid = await eventually(() => {
    const [browser] = bench.pool.describe().browsers;
    expect(browser).toMatchObject({ contexts: 2 });
    return browser!.pid!;
  });
  await chromium.mend();
  expect(await hold.kill()).toEqual({ pid });
  const run = await beside;
  expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
  await run.close({ keepVideo: false, reason: 'test over' });
});

test('I13: a kill while a page opens slowly spares a browser that others use, and leaves no context there', async () => {
  await chromium.canHoldPages();
  const neighbour = await bench.open(bench.flow([PLAIN, SEES]));
  expect(await neighbour.perform(0, LIVE)).toMatchObject({ ok: true });
  await chromium.holdPages();
  const { hold, opening } = startOpening();
  await eventually(() => expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 2 }]));
  const killing = hold.kill();
  await eventually(() => expect(bench.pool.describe().browsers).toMatchObject([{ retired: true }]));
  await chromium.mend();
  expect(await killing).toEqual({ spared: true });
  expect(opening.ended).toBe('refused');
  expect(bench.pool.describe().browsers).toMatchObject([{ pid: neighbour.browserPid, contexts: 1 }]);
  expect(await neighbour.perform(1, LIVE)).toMatchObject({ ok: true });
  await neighbour.close({ keepVideo: false, reason: 'test over' });
});

test('I4, I8: a kill while a page opens slowly kills a browser that others use if it does not answer', async () => {
  await chromium.canHoldPages();
  const neighbour = await bench.open(bench.flow([PLAIN, SEES]));
  expect(await neighbour.perform(0, LIVE)).toMatchObject({ ok: true });
  await chromium.holdPages();
  const { hold } = startOpening();
  await eventually(() => expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 2 }]));
  const pid = neighbour.browserPid!;
  process.kill(pid, 'SIGSTOP');
  expect(await hold.kill()).toEqual({ pid });
  expect(await commandLine(pid)).toBeUndefined();
  await neighbour.close({ keepVideo: false, reason: 'test over' });
});

test('I16: a kill of a run whose browser did not start kills nothing and says so', async () => {
  await chromium.break();
  const { hold, opening } = startOpening();
  await eventually(() => expect(opening.ended).toBe('refused'));
  expect(await hold.kill()).toEqual({ spared: true });
});
