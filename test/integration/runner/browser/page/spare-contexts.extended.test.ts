/* I13: a context that is opened ahead is for one run on its own browser, and few are kept. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import {
  type SharedBrowser,
  shareBrowser,
} from '../../../../../services/runner/browser/chromium/shared-browser.ts';
import {
  SpareContexts,
  type SpareContextsOptions,
} from '../../../../../services/runner/browser/page/spare-contexts.ts';
import { eventually } from '../../../../support/eventually.ts';
import { createBench, LIVE, useGround } from '../fixture.ts';

const ground = useGround();
const OPTIONS = { most: 2, idleMs: 60_000, afterBeginMs: 0, afterEndMs: 0, lookMs: 5, hasMemory: () => true };
const over = { keepVideo: false, reason: 'test over' };

let browsers: Browser[];
let made: SpareContexts[];

beforeEach(() => {
  [browsers, made] = [[], []];
});

afterEach(async () => {
  for (const spares of made) spares.stop();
  await Promise.all(browsers.map((browser) => browser.close()));
});

async function startShared(recycleAfter = 100): Promise<SharedBrowser> {
  const { path } = await findChromium({ env: process.env });
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  browsers.push(browser);
  const nothing = () => undefined;
  return shareBrowser({ kind: 'shell', browser, recycleAfter, onRetired: nothing, onIdle: nothing });
}

function createSpares(options: Partial<SpareContextsOptions> = {}): SpareContexts {
  const spares = new SpareContexts({ ...OPTIONS, ...options });
  made.push(spares);
  return spares;
}

const pagesOf = ({ browser }: SharedBrowser) => browser.contexts().flatMap((context) => context.pages());
const isOpen = (shared: SharedBrowser, pages = 1) =>
  eventually(() => expect(pagesOf(shared)).toHaveLength(pages));

describe('a context that is opened ahead', () => {
  test('is for one run: of two that ask at once, one gets it', async () => {
    const [shared, spares] = [await startShared(), createSpares()];
    spares.open(shared);
    await isOpen(shared);
    const [page] = pagesOf(shared);
    const taken = await Promise.all([spares.take(shared), spares.take(shared)]);
    expect(taken.map((opened) => opened?.page)).toEqual([page, undefined]);
    expect(await spares.take(shared)).toBeUndefined();
    expect(spares.size).toBe(0);
  });

  test('is waited for while it is being opened', async () => {
    const [shared, spares] = [await startShared(), createSpares()];
    spares.open(shared);
    const taken = await spares.take(shared);
    expect(pagesOf(shared)).toEqual([taken?.page]);
  });

  test('I13: is for its own browser only', async () => {
    const [one, two, spares] = [await startShared(), await startShared(), createSpares()];
    spares.open(one);
    await isOpen(one);
    expect(await spares.take(two)).toBeUndefined();
    expect((await spares.take(one))?.page).toBe(pagesOf(one)[0]);
  });

  test.each([
    ['crashes', 'chrome://crash'],
    ['is closed', undefined],
  ])('is not given to a run if it %s', async (_, address) => {
    const [shared, spares] = [await startShared(), createSpares()];
    spares.open(shared);
    await isOpen(shared);
    const page = pagesOf(shared)[0]!;
    await (address ? page.goto(address).catch(() => undefined) : page.close());
    expect(await spares.take(shared)).toBeUndefined();
    await isOpen(shared, 0);
  });

  test('is not given to a run if it hangs', async () => {
    const [shared, spares] = [await startShared(), createSpares()];
    spares.open(shared);
    await isOpen(shared);
    void pagesOf(shared)[0]!
      .evaluate('for (;;);')
      .catch(() => undefined);
    expect(await spares.take(shared)).toBeUndefined();
    await isOpen(shared, 0);
  });

  test('goes with its browser', async () => {
    const [shared, spares] = [await startShared(), createSpares()];
    spares.open(shared);
    await isOpen(shared);
    await shared.kill();
    expect(await spares.take(shared)).toBeUndefined();
    expect(spares.size).toBe(0);
  });
});

describe('how many there are is bounded', () => {
  test('on all browsers together; those of before make room after a while', async () => {
    const [one, two] = [await startShared(), await startShared()];
    const spares = createSpares({ most: 1, afterBeginMs: 60_000 });
    spares.open(one);
    await isOpen(one);
    spares.open(one);
    spares.open(two);
    expect([spares.size, pagesOf(two).length]).toEqual([1, 0]);

    const others = createSpares({ most: 1 });
    others.open(one);
    await isOpen(one, 2);
    others.open(two);
    await Promise.all([isOpen(one, 1), isOpen(two, 1)]);
    expect(others.size).toBe(1);
  });

  test('to none while the next run begins as soon as one has ended', async () => {
    const [shared, spares] = [await startShared(), createSpares({ afterBeginMs: 60_000 })];
    spares.onEnded(shared);
    expect(await spares.take(shared)).toBeUndefined();
    await delay(OPTIONS.afterEndMs); // a timer of before would have fired
    spares.onBegun(shared);
    expect([spares.size, pagesOf(shared).length]).toEqual([0, 0]);
  });

  test('to none if they are switched off', async () => {
    const [shared, spares] = [await startShared(), createSpares({ most: 0 })];
    spares.open(shared);
    spares.onBegun(shared);
    spares.onEnded(shared);
    expect(spares.size).toBe(0);
    expect(await spares.take(shared)).toBeUndefined();
  });

  test('they are closed when memory is short, and none is opened until it is not', async () => {
    let hasMemory = true;
    const [shared, spares] = [await startShared(), createSpares({ hasMemory: () => hasMemory })];
    spares.open(shared);
    await isOpen(shared);
    hasMemory = false;
    await isOpen(shared, 0);
    spares.open(shared);
    expect(spares.size).toBe(0);
    hasMemory = true;
    spares.open(shared);
    await isOpen(shared);
  });

  test('they are closed when nobody has used them for long', async () => {
    const [shared, spares] = [await startShared(), createSpares({ idleMs: 100 })];
    spares.open(shared);
    expect(spares.size).toBe(1);
    await eventually(() => expect(spares.size).toBe(0));
    await isOpen(shared, 0);
  });

  test('a browser that takes no more runs gets none, and loses the one that it has', async () => {
    const [shared, spares] = [await startShared(1), createSpares()];
    spares.open(shared);
    await isOpen(shared);
    shared.enter();
    await isOpen(shared, 0);
    spares.open(shared);
    expect(spares.size).toBe(0);
    shared.leave();
  });
});

/** Pids of the pages' processes of a browser. */
async function renderersOf(browser: number): Promise<number[]> {
  const rows = await Promise.all(
    (await readdir('/proc')).filter(Number).map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const stat = await read('stat');
      const [, group] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(1);
      return { pid: Number(pid), group: Number(group), line: await read('cmdline') };
    }),
  );
  return rows
    .filter(({ group, line }) => group === browser && line.includes('--type=renderer'))
    .map(({ pid }) => pid);
}

describe('the runs of a pool', () => {
  const PLAIN = { action: 'goto', url: '/plain' };

  test('use the one of the browser that was started ahead, and the next one is opened after them', async () => {
    await using bench = await createBench({ spareAfterEndMs: 0 }, ground());
    await bench.pool.warm();
    expect(bench.pool.describe()).toMatchObject({ spares: 1, browsers: [{ contexts: 0 }] });
    const run = await bench.open(bench.flow([PLAIN]));
    expect(bench.pool.describe()).toMatchObject({ spares: 0, browsers: [{ contexts: 1 }] });
    expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
    await run.close(over);
    await eventually(() =>
      expect(bench.pool.describe()).toMatchObject({ spares: 1, browsers: [{ contexts: 0 }] }),
    );
  });

  test('lose nothing if it dies', async () => {
    await using bench = await createBench({}, ground());
    await bench.pool.warm();
    const { pid } = bench.pool.describe().browsers[0]!;
    const renderers = await eventually(async () => {
      const found = await renderersOf(pid!);
      expect(found).not.toEqual([]);
      return found;
    });
    for (const renderer of renderers) process.kill(renderer, 'SIGKILL');
    const run = await bench.open(bench.flow([PLAIN]));
    expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
    expect(run.browserPid).toBe(pid);
    await run.close(over);
  });

  test('leave none behind: a runner that drains closes them and opens none', async () => {
    await using bench = await createBench({ spareAfterEndMs: 0, spareAfterMs: 0 }, ground());
    await bench.pool.warm();
    const run = await bench.open(bench.flow([PLAIN]));
    bench.pool.stopAhead();
    expect(bench.pool.describe().spares).toBe(0);
    await run.close(over);
    expect(bench.pool.describe().spares).toBe(0);
  });
});
