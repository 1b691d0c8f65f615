/* I13: runs share a browser and nothing else, and projects share none unless the operator says so. */
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { extendedOnly } from '../../../support/share.ts';
import { type BrowserBench, createBench, LIVE, useGround } from './fixture.ts';

const ground = useGround();
const PLAIN = { action: 'goto', url: '/plain' };
const WAIT = { action: 'waitForSelector', selector: '#nothing' };
const over = { keepVideo: false, reason: 'test over' };
const pids = (bench: BrowserBench) => bench.pool.describe().browsers.map(({ pid }) => pid);

describe('runs share a browser and nothing else', () => {
  test('opens at the same time share one launch, and each has cookies of its own', async () => {
    await using bench = await createBench({}, ground());
    const runs = await Promise.all(Array.from({ length: 5 }, () => bench.open(bench.flow([PLAIN]))));
    expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 5, retired: false, headless: true }]);
    expect(new Set(runs.map(({ browserPid }) => browserPid)).size).toBe(1);
    await Promise.all(runs.map((run) => run.close(over)));
    expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 0 }]);
  });

  test('warm starts the browser that the first run then uses', async () => {
    await using bench = await createBench({}, ground());
    await bench.pool.warm();
    const before = pids(bench);
    const run = await bench.open(bench.flow([PLAIN]));
    expect([run.browserPid]).toEqual(before);
    await run.close(over);
  });

  test('a browser is retired after its share of runs and closes with the last of them', async () => {
    await using bench = await createBench({ recycleAfter: 2 }, ground());
    const [first, second] = [await bench.open(bench.flow([PLAIN])), await bench.open(bench.flow([PLAIN]))];
    expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 2, retired: true }]);
    const third = await bench.open(bench.flow([PLAIN]));
    expect(third.browserPid).not.toBe(first.browserPid);
    expect(second.browserPid).toBe(first.browserPid);
    await first.close(over);
    expect(await second.perform(0, LIVE)).toMatchObject({ ok: true });
    await second.close(over);
    await eventually(() => expect(pids(bench)).toEqual([third.browserPid]));
    await third.close(over);
  });

  test('closing a run is idempotent, also at the same time, and ends its pending step', async () => {
    await using bench = await createBench({}, ground());
    const run = await bench.open(bench.flow([WAIT, PLAIN]));
    const outcome = run.perform(0, LIVE);
    const results = await Promise.all([
      run.close(over),
      run.close(over),
      run.close({ ...over, keepVideo: true }),
    ]);
    expect(results).toEqual([{}, {}, {}]);
    expect((await outcome).error).toBe('waitForSelector #nothing: the browser was closed');
    expect((await run.perform(1, LIVE)).error).toBe('goto /plain: the browser was closed');
    expect(await run.close(over)).toEqual({});
  });
});

describe('I13: projects do not share a browser', () => {
  const headless = (bench: BrowserBench) => bench.pool.describe().browsers.map(({ contexts }) => contexts);

  test('each has one of its own, and the first takes the one that was started ahead', async () => {
    await using bench = await createBench({}, ground());
    await bench.pool.warm();
    const warmed = pids(bench);
    const flow = bench.flow([PLAIN]);
    const one = await bench.open(flow, { projectId: 'one' });
    const two = await bench.open(flow, { projectId: 'two' });
    const again = await bench.open(flow, { projectId: 'one' });
    expect([one.browserPid]).toEqual(warmed);
    expect(two.browserPid).not.toBe(one.browserPid);
    expect(again.browserPid).toBe(one.browserPid);
    await two.kill();
    expect(await one.perform(0, LIVE)).toMatchObject({ ok: true });
    await Promise.all([one, two, again].map((run) => run.close(over)));
  });

  extendedOnly(() => {
    test('unless the operator says so', async () => {
      await using bench = await createBench({ shareBrowsers: true, aheadMs: 0, idleMs: 1 }, ground());
      const flow = bench.flow([PLAIN]);
      const [one, two] = [
        await bench.open(flow, { projectId: 'one' }),
        await bench.open(flow, { projectId: 'two' }),
      ];
      expect(two.browserPid).toBe(one.browserPid);
      await Promise.all([one.close(over), two.close(over)]);
      expect(headless(bench)).toEqual([0]);
    });

    test('one is started ahead for the next project once there are several', async () => {
      await using bench = await createBench({ aheadMs: 0 }, ground());
      const flow = bench.flow([PLAIN]);
      const one = await bench.open(flow, { projectId: 'one' });
      const two = await bench.open(flow, { projectId: 'two' });
      await eventually(() => expect(headless(bench).toSorted()).toEqual([0, 1, 1]));
      const ahead = pids(bench).find((pid) => pid !== one.browserPid && pid !== two.browserPid);
      const three = await bench.open(flow, { projectId: 'three' });
      expect(three.browserPid).toBe(ahead);
      await Promise.all([one, two, three].map((run) => run.close(over)));
    });

    test('those that no run is on are closed after a while, all but one', async () => {
      await using bench = await createBench({ idleMs: 50, aheadMs: 60_000 }, ground());
      const flow = bench.flow([PLAIN]);
      const runs = [];
      for (const projectId of ['one', 'two', 'three']) runs.push(await bench.open(flow, { projectId }));
      await Promise.all([runs[0]!.close(over), runs[1]!.close(over)]);
      await eventually(() => expect(headless(bench).toSorted()).toEqual([0, 1]));
      await runs[2]!.close(over);
      await eventually(() => expect(headless(bench)).toEqual([0]));
    });

    test('with too many, the one that was idle for longest is closed, and a busy one never', async () => {
      await using bench = await createBench({ mostBrowsers: 2, aheadMs: 60_000 }, ground());
      const flow = bench.flow([PLAIN]);
      const busy = await bench.open(flow, { projectId: 'busy' });
      const idle = await bench.open(flow, { projectId: 'idle' });
      await idle.close(over);
      const next = await bench.open(flow, { projectId: 'next' });
      const more = await bench.open(flow, { projectId: 'more' });
      await eventually(() =>
        expect(pids(bench).toSorted()).toEqual(
          [busy, next, more].map(({ browserPid }) => browserPid).toSorted(),
        ),
      );
      await Promise.all([busy, next, more].map((run) => run.close(over)));
    });
  });
});
