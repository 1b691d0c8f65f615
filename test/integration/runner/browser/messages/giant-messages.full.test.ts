/* I13: a page that causes a message too large for its runner ends its own run, and none beside it. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LARGEST_MIB } from '../../../../../services/runner/browser/messages/message-guard.ts';
import type { RunBrowser } from '../../../../../services/runner/browser/run-browser.ts';
import { extendedOnly } from '../../../../support/share.ts';
import { startFloodSite } from '../../../../support/sites/flood-site.ts';
import {
  type Giant,
  type GiantSite,
  startGiantSite,
  UNASKED,
  UNREPORTED,
} from '../../../../support/sites/giant-site.ts';
import { type BrowserBench, createBench, LIVE } from '../fixture.ts';

let bench: BrowserBench;
let site: GiantSite;
/** A run of another project. */
let elsewhere: RunBrowser;

beforeAll(async () => {
  [bench, site] = await Promise.all([createBench(), startGiantSite()]);
  elsewhere = await openOn('/plain', SEES, 'another project');
  expect(await elsewhere.perform(0, LIVE)).toMatchObject({ ok: true });
});
afterAll(async () => {
  await elsewhere?.close(OVER);
  await bench?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

/** A page whose tree is read out in one message. */
const LARGE = 6e6;
const LARGER = LARGEST_MIB * 1024 ** 2 + 1;
const SEES = { action: 'waitForSelector', selector: 'h1' };
const WAITS = { action: 'waitForSelector', selector: '#nope' };
const OVER = { keepVideo: false, reason: 'over' };

const openOn = (url: string, then: object, projectId?: string) =>
  bench.open(
    bench.flow([{ action: 'goto', url }, then], { baseUrl: site.url }),
    projectId ? { projectId } : {},
  );

/** Opens the page of a giant beside another run on the same browser; what has become of both. */
async function besideGiant(giant: Giant, then: object = WAITS, bytes = LARGER) {
  const beside = await openOn('/plain', SEES);
  expect(await beside.perform(0, LIVE)).toMatchObject({ ok: true });
  const run = await openOn(site.path(giant, bytes), then);
  expect(run.browserPid).toBe(beside.browserPid);
  const opened = await run.perform(0, LIVE);
  const outcome = opened.ok ? await run.perform(1, LIVE) : opened;
  await run.close(OVER);
  const neighbour = await beside.perform(1, LIVE);
  await beside.close(OVER);
  expect(await elsewhere.perform(1, LIVE)).toMatchObject({ ok: true });
  return { outcome, neighbour };
}

const CLOSED = `the page made its browser send a message of more than ${LARGEST_MIB} MiB, and was closed`;

const TITLE = 'ends its own run with a reason, and neither the run beside it nor one of another project';

test(`I13: a page whose title is larger than a message may be ${TITLE}`, async () => {
  const { outcome, neighbour } = await besideGiant('its title');
  expect(outcome).toMatchObject({ ok: false, error: expect.stringContaining(CLOSED) });
  expect(neighbour).toMatchObject({ ok: true });
});

extendedOnly(() => {
  test(`I13: a page with an attribute larger than a message may be ${TITLE}`, async () => {
    const { outcome, neighbour } = await besideGiant('an attribute', { action: 'snapshot' });
    expect(outcome).toMatchObject({ ok: false, error: expect.stringContaining(CLOSED) });
    expect(neighbour).toMatchObject({ ok: true });
  });

  test('I13: a claim on a page whose tree is larger than a message may be is not known to hold, and ends no page', async () => {
    const claim = { action: 'verify', textIncludes: ['nowhere'], timeoutMs: 20_000 };
    const steps = [{ action: 'goto', url: site.path('an attribute', LARGER) }, claim, SEES];
    const run = await bench.open(bench.flow(steps, { baseUrl: site.url }));
    expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
    expect(await run.perform(1, LIVE)).toMatchObject({
      ok: false,
      error: 'verify: not met: text "nowhere" (the accessibility tree is too large to be read)',
    });
    expect(await run.perform(2, LIVE)).toMatchObject({ ok: true });
    await run.close(OVER);
  });

  test.each(UNASKED)(
    `I13: a page that makes its browser tell of %s, too large for a message, ${TITLE}`,
    async (giant) => {
      const { outcome, neighbour } = await besideGiant(giant);
      expect(outcome).toMatchObject({ ok: false, error: expect.stringContaining(CLOSED) });
      expect(neighbour).toMatchObject({ ok: true });
    },
  );

  test.each(UNREPORTED)('a page may send %s, however large, as nobody hears of it', async (giant) => {
    await openAndClose(site.path(giant, LARGER));
  });

  test('I13: a page whose messages are just below what one may be passes', async () => {
    const floor = await longestTurn(() => openAndClose(site.path('its title', 0)));
    const longest: Record<string, string> = {};
    for (const giant of BELOW) {
      const path = site.path(giant, LARGER - 100_000);
      longest[giant] = (await longestTurn(() => openAndClose(path))).toFixed(0);
    }
    console.log('the longest turn of the event loop, ms', {
      'no large message': floor.toFixed(0),
      ...longest,
    });
  });
});

/** How long a page keeps its worker logging, ms. */
const LOGGING_MS = 2_000;

extendedOnly(() => {
  test('I13: a worker that logs lines of many values leaves the runner its event loop', async () => {
    await using floods = await startFloodSite();
    const openFlood = async (path: string) => {
      const steps = [
        { action: 'goto', url: path },
        { ...WAITS, timeoutMs: LOGGING_MS },
      ];
      const run = await bench.open(bench.flow(steps, { baseUrl: floods.url }));
      expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
      const before = performance.eventLoopUtilization();
      const turn = await longestTurn(async () => void (await run.perform(1, LIVE)));
      const { utilization } = performance.eventLoopUtilization(before);
      await run.close(OVER);
      return { turn, utilization };
    };
    const floor = await openFlood('/plain');
    const logging = await openFlood(floods.path('lines of many values on the console of a worker'));
    console.log('the event loop of the runner', { floor, logging });
    expect(logging.utilization).toBeLessThan(floor.utilization + 0.5);
  });
});

extendedOnly(() => {
  test('I13: claims that a large page does not fulfil leave the runner its event loop, and the run its page', async () => {
    const check = async (giant: Giant, bytes: number) => {
      const claim = { action: 'verify', textIncludes: ['nowhere'], timeoutMs: 6_000 };
      const run = await openOn(site.path(giant, bytes), claim);
      expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
      const before = performance.eventLoopUtilization();
      let outcome: Awaited<ReturnType<typeof run.perform>> | undefined;
      const turn = await longestTurn(async () => {
        outcome = await run.perform(1, LIVE);
      });
      const { utilization } = performance.eventLoopUtilization(before);
      await run.close(OVER);
      return { turn, utilization, error: outcome?.error };
    };
    const floor = await check('an attribute', 0);
    const large = await check('an attribute', LARGE);
    console.log('the event loop of the runner', { floor, large });
    expect(large.error).toBe('verify: not met: text "nowhere"');
    expect(large.utilization).toBeLessThan(floor.utilization + 0.5);
  });
});

/** Reported once, as it is. */
const BELOW: readonly Giant[] = ['a value that it throws', 'the name of a frame'];

async function openAndClose(path: string): Promise<void> {
  const run = await openOn(path, { action: 'waitForSelector', selector: '#said' });
  expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
  expect(await run.perform(1, LIVE)).toMatchObject({ ok: true });
  await run.close(OVER);
}

async function longestTurn(work: () => Promise<void>): Promise<number> {
  const turns = monitorEventLoopDelay({ resolution: 1 });
  turns.enable();
  await work();
  turns.disable();
  return turns.max / 1e6;
}
