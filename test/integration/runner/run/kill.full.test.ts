/* I4, I8, I13: a kill ends a browser once with every run on it, and those that had not begun start again. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { commandLine } from '#shared/platform/process/identity.ts';
import { holdBrowser } from '../../../../services/runner/run/hold-browser.ts';
import { eventually, promisedMs } from '../../../support/eventually.ts';
import { makeBreakableChromium } from '../../../support/servers/breakable-chromium.ts';
import { extendedOnly } from '../../../support/share.ts';
import {
  type BrowserBench,
  createBench,
  LIVE,
  patiently,
  processesNaming,
  useGround,
} from '../browser/fixture.ts';
import { NO_ANSWERS, startMachine } from '../browser/start-machine.ts';

const ground = useGround();
const PLAIN = { action: 'goto', url: '/plain' };
const WAIT = { action: 'waitForSelector', selector: '#nothing' };
const over = { keepVideo: false, reason: 'test over' };

/** Rejects with the reason of the signal. */
const aborted = (signal: AbortSignal) =>
  new Promise<boolean>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('I13: what a kill does to the runs beside it', () => {
  /** A run as its actor holds it, on a browser of `bench`. */
  const held = (bench: BrowserBench, steps: object[]) =>
    holdBrowser({
      openBrowser: () => bench.open(bench.flow(steps)),
      isAtomic: () => false,
      isOptional: () => false,
      now: Date.now,
    });

  test('one that has not begun its first step starts again on another browser', async () => {
    await using bench = await createBench({}, ground());
    const killer = await bench.open(bench.flow([PLAIN]));
    const beside = held(bench, [PLAIN, PLAIN]);
    await beside.open();
    await killer.kill();
    expect(await beside.perform(0, LIVE)).toMatchObject({ ok: true });
    expect(await beside.perform(1, LIVE)).toMatchObject({ ok: true });
    const { browserPid } = await beside.close(over);
    expect(browserPid).not.toBe(killer.browserPid);
    await killer.close(over);
    await eventually(() => expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 0 }]));
  });

  test('one that waits for a person fails at once, and says why', async () => {
    await using bench = await createBench({}, ground());
    const killer = await bench.open(bench.flow([PLAIN]));
    const answers = {
      ...NO_ANSWERS,
      answerTo: (_: unknown, __: Promise<void>, until: AbortSignal) => aborted(until),
    };
    const run = startMachine(bench, bench.flow([PLAIN, { action: 'ask', text: 'Which?' }]), { answers });
    await eventually(() => expect(run.states).toContain('running.stepping.asking'));
    await killer.kill();
    const { context } = await run.ended;
    expect(context.lastStep).toMatchObject({
      index: 1,
      ok: false,
      error: expect.stringMatching(/^the browser/),
    });
    await killer.close(over);
  });

  test('one that is later fails, and one that closes counts as closed', async () => {
    await using bench = await createBench({}, ground());
    const killer = await bench.open(bench.flow([PLAIN]));
    const [acting, closing] = [held(bench, [PLAIN, WAIT]), held(bench, [PLAIN])];
    await Promise.all([acting.open(), closing.open()]);
    for (const one of [acting, closing]) expect(await one.perform(0, LIVE)).toMatchObject({ ok: true });
    const waiting = acting.perform(1, LIVE);
    const closed = closing.close(over);
    await killer.kill();
    await closed;
    expect(closing.closed).toBe(true);
    expect((await waiting).error).toBe(
      'waitForSelector #nothing: the browser was stopped because another page in it hung',
    );
    await Promise.all([acting.close(over), killer.close(over)]);
  });

  test('a run whose context is closed already kills nothing', async () => {
    await using bench = await createBench({}, ground());
    const [done, beside] = [await bench.open(bench.flow([PLAIN])), await bench.open(bench.flow([PLAIN]))];
    await done.close(over);
    expect(await done.kill()).toEqual({ pid: beside.browserPid, spared: true });
    expect(await beside.perform(0, LIVE)).toMatchObject({ ok: true });
    await beside.close(over);
  });
});

describe('I4: kill retires the browser first, then ends it once, with every run on it', () => {
  test('the others learn that it was stopped, and nothing about whose doing it was', async () => {
    await using bench = await createBench({}, ground());
    const killer = await bench.open(bench.flow([PLAIN]), { runId: 'killer' });
    const other = await bench.open(bench.flow([WAIT]), { runId: 'other' });
    const pending = other.perform(0, LIVE);
    const kills = [killer.kill(), other.kill(), killer.kill()];
    expect(bench.pool.describe().browsers.every(({ retired }) => retired)).toBe(true);
    const pid = killer.browserPid!;
    expect(await Promise.all(kills)).toEqual([{ pid }, { pid }, { pid }]);
    expect((await pending).error).toBe(
      'waitForSelector #nothing: the browser was stopped because another page in it hung',
    );
    expect(await commandLine(pid)).toBeUndefined();
    expect(await Promise.all([killer.close(over), other.close(over)])).toEqual([{}, {}]);
    const next = await bench.open(bench.flow([PLAIN]));
    expect(next.browserPid).not.toBe(pid);
    expect(await next.perform(0, LIVE)).toMatchObject({ ok: true });
    await next.close(over);
  });

  test('a run that is being opened on it meanwhile opens on the next one', async () => {
    await using bench = await createBench({}, ground());
    const first = await bench.open(bench.flow([PLAIN]));
    const opening = bench.open(bench.flow([PLAIN]));
    await first.kill();
    const second = await opening;
    expect(second.browserPid).not.toBe(first.browserPid);
    expect(await second.perform(0, LIVE)).toMatchObject({ ok: true });
    await Promise.all([first.close(over), second.close(over)]);
  });

  extendedOnly(() => {
    test('a browser that dies at any moment while it opens a page is noticed at once', async () => {
      await using bench = await createBench({}, ground());
      for (let n = 0; n < 12; n += 1) {
        const first = await bench.open(bench.flow([PLAIN]));
        const started = performance.now();
        const opening = bench.open(bench.flow([PLAIN]));
        await delay(3 * n);
        process.kill(first.browserPid!, 'SIGKILL');
        const second = await opening;
        // Another one starts meanwhile, if it was not there already.
        expect(performance.now() - started).toBeLessThan(promisedMs(5_000));
        await Promise.all([first.close(over), second.close(over)]);
      }
    });
  });

  test('a browser that does not answer is killed instead of awaited for ever', async () => {
    // The next browser has as long to start.
    await using bench = await createBench({ openTimeoutMs: patiently(10_000) }, ground());
    const first = await bench.open(bench.flow([PLAIN]));
    process.kill(first.browserPid!, 'SIGSTOP');
    const second = await bench.open(bench.flow([PLAIN]));
    expect(second.browserPid).not.toBe(first.browserPid);
    expect(await second.perform(0, LIVE)).toMatchObject({ ok: true });
    expect((await first.perform(0, LIVE)).error).toBe(
      'goto /plain: the browser was stopped because another page in it hung',
    );
    await Promise.all([first.close(over), second.close(over)]);
  });
});

describe('I8: nothing outlives the pool', () => {
  test.each([
    ['for one run alone', false],
    ['as a spare one, and was taken for one run alone', true],
  ])('nor does a browser that is still being started %s', async (_, isSpare) => {
    await using chromium = await makeBreakableChromium();
    await using bench = await createBench({ headlessPath: chromium.path, fullPath: undefined }, ground());
    await chromium.holdStarts();
    const warmed = isSpare ? bench.pool.warm() : Promise.resolve();
    const late = bench.open(bench.flow([PLAIN, { action: 'press', key: 'Control+V' }]));
    const refused = expect(late).rejects.toMatchObject({ code: 'pool_closed' });
    await eventually(async () => expect(await processesNaming(chromium.path)).not.toEqual([]));
    const closing = bench.pool.close();
    await chromium.mend();
    await closing;
    expect(await processesNaming(bench.tempDir)).toEqual([]);
    await Promise.all([refused, warmed]);
  });

  test('close ends runs, browsers and launches; later opens are refused', async () => {
    const bench = await createBench({}, ground());
    const run = await bench.open(
      bench.flow([
        { action: 'goto', url: '/loop' },
        { action: 'click', selector: '#loop' },
      ]),
    );
    await run.perform(0, LIVE);
    const looping = run.perform(1, LIVE);
    await bench.site.asked('/loop');
    const late = bench.open(bench.flow([PLAIN]));
    const refused = expect(late).rejects.toMatchObject({ code: 'pool_closed' });
    await Promise.all([bench.pool.close(), bench.pool.close()]);
    await refused;
    expect((await looping).ok).toBe(false);
    await expect(bench.open(bench.flow([PLAIN]))).rejects.toMatchObject({ code: 'pool_closed' });
    expect(bench.pool.describe().browsers).toEqual([]);
    expect(await processesNaming(bench.tempDir)).toEqual([]);
    await bench[Symbol.asyncDispose]();
  });

  extendedOnly(() => {
    test('a stopped browser is killed when it does not close in time', async () => {
      const bench = await createBench({}, ground());
      const run = await bench.open(bench.flow([PLAIN]));
      process.kill(run.browserPid!, 'SIGSTOP');
      await bench[Symbol.asyncDispose]();
      expect(await commandLine(run.browserPid!)).toBeUndefined();
    });
  });
});
