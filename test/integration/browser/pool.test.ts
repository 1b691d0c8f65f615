import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findChromium, findFullChromium } from '#shared/binaries/binaries.ts';
import { commandLine } from '#shared/process/identity.ts';
import { createBrowserPool } from '../../../services/runner/browser/pool.ts';
import { holdBrowser } from '../../../services/runner/run/browser-hold.ts';
import { eventually } from '../../support/eventually.ts';
import { type BrowserBench, createBench, LIVE, processesNaming } from './fixture.ts';

const PLAIN = { action: 'goto', url: '/plain' };
const WAIT = { action: 'waitForSelector', selector: '#nothing' };
const over = { keepVideo: false, reason: 'test over' };
const pids = (bench: BrowserBench) => bench.pool.describe().browsers.map(({ pid }) => pid);

describe('runs share a browser and nothing else', () => {
  test('opens at the same time share one launch, and each has cookies of its own', async () => {
    await using bench = await createBench();
    const runs = await Promise.all(Array.from({ length: 5 }, () => bench.open(bench.flow([PLAIN]))));
    expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 5, retired: false, headless: true }]);
    expect(new Set(runs.map(({ browserPid }) => browserPid)).size).toBe(1);
    await Promise.all(runs.map((run) => run.close(over)));
    expect(bench.pool.describe().browsers).toMatchObject([{ contexts: 0 }]);
  });

  test('warm starts the browser that the first run then uses', async () => {
    await using bench = await createBench();
    await bench.pool.warm();
    const before = pids(bench);
    const run = await bench.open(bench.flow([PLAIN]));
    expect([run.browserPid]).toEqual(before);
    await run.close(over);
  });

  test('a browser is retired after its share of runs and closes with the last of them', async () => {
    await using bench = await createBench({ recycleAfter: 2 });
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
    await using bench = await createBench();
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
    await using bench = await createBench();
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

  test('unless the operator says so', async () => {
    await using bench = await createBench({ shareBrowsers: true, aheadMs: 0, idleMs: 1 });
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
    await using bench = await createBench({ aheadMs: 0 });
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
    await using bench = await createBench({ idleMs: 50, aheadMs: 60_000 });
    const flow = bench.flow([PLAIN]);
    const runs = [];
    for (const projectId of ['one', 'two', 'three']) runs.push(await bench.open(flow, { projectId }));
    await Promise.all([runs[0]!.close(over), runs[1]!.close(over)]);
    await eventually(() => expect(headless(bench).toSorted()).toEqual([0, 1]));
    await runs[2]!.close(over);
    await eventually(() => expect(headless(bench)).toEqual([0]));
  });

  test('with too many, the one that was idle for longest is closed, and a busy one never', async () => {
    await using bench = await createBench({ mostBrowsers: 2, aheadMs: 60_000 });
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

describe('I13: what a kill does to the runs beside it', () => {
  /** A run as its actor holds it, on a browser of `bench`. */
  const held = (bench: BrowserBench, steps: object[]) =>
    holdBrowser({ openBrowser: () => bench.open(bench.flow(steps)), isAtomic: () => false, now: Date.now });

  test('one that has not begun its first step starts again on another browser', async () => {
    await using bench = await createBench();
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

  test('one that is later fails, and one that closes counts as closed', async () => {
    await using bench = await createBench();
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
    await using bench = await createBench();
    const [done, beside] = [await bench.open(bench.flow([PLAIN])), await bench.open(bench.flow([PLAIN]))];
    await done.close(over);
    expect(await done.kill()).toEqual({ pid: beside.browserPid, spared: true });
    expect(await beside.perform(0, LIVE)).toMatchObject({ ok: true });
    await beside.close(over);
  });
});

describe('I4: kill retires the browser first, then ends it once, with every run on it', () => {
  test('the others learn that it was stopped, and nothing about whose doing it was', async () => {
    await using bench = await createBench();
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
    await using bench = await createBench();
    const first = await bench.open(bench.flow([PLAIN]));
    const opening = bench.open(bench.flow([PLAIN]));
    await first.kill();
    const second = await opening;
    expect(second.browserPid).not.toBe(first.browserPid);
    expect(await second.perform(0, LIVE)).toMatchObject({ ok: true });
    await Promise.all([first.close(over), second.close(over)]);
  });

  test('a browser that does not answer is killed instead of awaited for ever', async () => {
    await using bench = await createBench({ openTimeoutMs: 1_500 });
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
  test('close ends runs, browsers and launches; later opens are refused', async () => {
    const bench = await createBench();
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

  test('a stopped browser is killed when it does not close in time', async () => {
    const bench = await createBench();
    const run = await bench.open(bench.flow([PLAIN]));
    process.kill(run.browserPid!, 'SIGSTOP');
    await bench[Symbol.asyncDispose]();
    expect(await commandLine(run.browserPid!)).toBeUndefined();
  });
});

describe('what a browser is started with', () => {
  test('a run with a window gets full Chromium where there is one, and the log says what is different', async () => {
    await using bench = await createBench({ environment: { PATH: process.env.PATH } });
    const outcomes = [
      await bench.run([PLAIN], { headless: false }),
      await bench.run([PLAIN], { headless: false }),
    ];
    expect(outcomes).toMatchObject([[{ ok: true }], [{ ok: true }]]);
    const full = await findFullChromium({ env: process.env });
    const notice = full
      ? /there is no display: full Chromium runs without one/
      : /there is no full Chromium: it runs in the headless shell/;
    expect(bench.logged.map(({ message }) => message)).toEqual([expect.stringMatching(notice)]);
    const asked = await bench.open(bench.flow([PLAIN], { headless: false }));
    expect(asked.notices).toEqual([
      { code: full ? 'no_display' : 'no_window', text: expect.stringMatching(/^headless: false, but/) },
    ]);
    const plain = await bench.open(bench.flow([PLAIN]));
    expect(plain.notices).toEqual([]);
    await Promise.all([asked.close(over), plain.close(over)]);
  });

  test('without full Chromium a run with a window runs in the headless shell, with one warning', async () => {
    const { path } = await findChromium({ env: process.env });
    await using bench = await createBench({ headlessPath: path, fullPath: undefined });
    for (let run = 0; run < 2; run += 1)
      expect(await bench.run([PLAIN], { headless: false })).toMatchObject([{ ok: true }]);
    expect(bench.logged).toEqual([
      { level: 'warn', message: expect.stringContaining('there is no full Chromium') },
    ]);
  });

  test('I10: Chromium sees none of the secrets of the runner', async () => {
    const { path } = await findChromium({ env: process.env });
    const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-wrapper-'));
    const wrapper = join(folder, 'chromium');
    await writeFile(wrapper, `#!/bin/sh\nenv > '${folder}/env'\nexec '${path}' "$@"\n`);
    await chmod(wrapper, 0o755);
    {
      await using bench = await createBench({
        headlessPath: wrapper,
        environment: {
          PATH: process.env.PATH,
          DATABASE_URL: 'postgres://secret',
          GHOSTLY_JWT_SECRET: 'secret',
        },
      });
      await bench.pool.warm();
      const seen = await readFile(join(folder, 'env'), 'utf8');
      expect(seen).not.toMatch(/secret/);
      expect(seen).toContain(`TMPDIR=${bench.tempDir}`);
      expect(seen).toContain(`HOME=${await realpath(bench.tempDir)}`);
    }
    await rm(folder, { recursive: true });
  });

  test('a wrapper script that stays between us and Chromium dies with it', async () => {
    const { path } = await findChromium({ env: process.env });
    const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-wrapper-'));
    const wrapper = join(folder, 'chromium');
    await writeFile(wrapper, `#!/bin/sh\n'${path}' "$@"\n`);
    await chmod(wrapper, 0o755);
    {
      await using bench = await createBench({ headlessPath: wrapper });
      const run = await bench.open(bench.flow([PLAIN]));
      await run.kill();
      expect(await processesNaming(wrapper)).toEqual([]);
      await run.close(over);
    }
    await rm(folder, { recursive: true });
  });

  test('in auto, a sandbox that is not usable is done without, with one warning', async () => {
    const { path } = await findChromium({ env: process.env });
    const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-wrapper-'));
    const wrapper = join(folder, 'chromium');
    const script = `#!/bin/sh\ncase "$*" in *--no-sandbox*) exec '${path}' "$@" ;; esac\necho 'No usable sandbox!' >&2\nexit 1\n`;
    await writeFile(wrapper, script);
    await chmod(wrapper, 0o755);
    {
      await using bench = await createBench({ headlessPath: wrapper, sandbox: 'auto', isRoot: false });
      expect(await bench.run([PLAIN])).toMatchObject([{ ok: true }]);
      expect(bench.logged).toEqual([
        { level: 'warn', message: expect.stringContaining('no usable sandbox') },
      ]);
      await using strict = await createBench({ headlessPath: wrapper, sandbox: 'on' });
      await expect(strict.open(strict.flow([PLAIN]))).rejects.toMatchObject({
        code: 'browser_launch_failed',
        message: expect.stringMatching(/^Chromium did not start: .*No usable sandbox!/),
      });
    }
    await rm(folder, { recursive: true });
  });

  test('I13: a sandbox that has worked is not done without because a launch fails', async () => {
    const { path } = await findChromium({ env: process.env });
    const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-wrapper-'));
    const [wrapper, broken] = [join(folder, 'chromium'), join(folder, 'broken')];
    const script = `#!/bin/sh\ncase "$*" in *--no-sandbox*) exec '${path}' "$@" ;; esac\n[ -e '${broken}' ] && exit 1\nexec '${path}' --no-sandbox "$@"\n`;
    await writeFile(wrapper, script);
    await chmod(wrapper, 0o755);
    {
      await using bench = await createBench({ headlessPath: wrapper, sandbox: 'auto', isRoot: false });
      const open = (projectId: string) => bench.open(bench.flow([PLAIN]), { projectId });
      await (await open('one')).close(over);
      await writeFile(broken, '');
      await expect(open('two')).rejects.toMatchObject({ code: 'browser_launch_failed' });
      await rm(broken);
      await (await open('two')).close(over);
      expect(bench.logged).toEqual([]);
    }
    await rm(folder, { recursive: true });
  });

  test('I13: a slow start without the sandbox takes it from none that comes after one with it', async () => {
    const { path } = await findChromium({ env: process.env });
    const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-wrapper-'));
    const [wrapper, broken] = [join(folder, 'chromium'), join(folder, 'broken')];
    const [bare, go] = [join(folder, 'bare'), join(folder, 'go')];
    const script = `#!/bin/sh
case "$*" in *--no-sandbox*) touch '${bare}'; until [ -e '${go}' ]; do sleep 0.02; done; exec '${path}' "$@" ;; esac
[ -e '${broken}' ] && exit 1
exec '${path}' --no-sandbox --walled "$@"\n`;
    await writeFile(wrapper, script);
    await chmod(wrapper, 0o755);
    {
      await using bench = await createBench({ headlessPath: wrapper, sandbox: 'auto', isRoot: false });
      const open = (projectId: string) => bench.open(bench.flow([PLAIN]), { projectId });
      await writeFile(broken, '');
      const slow = open('one');
      await eventually(() => readFile(bare));
      await rm(broken);
      await (await open('two')).close(over);
      await writeFile(go, '');
      await (await slow).close(over);
      const last = await open('three');
      expect(await commandLine(last.browserPid!)).toContain('--walled');
      await last.close(over);
    }
    await rm(folder, { recursive: true });
  });

  test('a Chromium that cannot start is an error of one line, and the next open tries again', async () => {
    await using bench = await createBench({ headlessPath: '/bin/false' });
    const open = () => bench.open(bench.flow([PLAIN]));
    await expect(open()).rejects.toMatchObject({
      code: 'browser_launch_failed',
      message: expect.not.stringContaining('\n'),
    });
    await expect(open()).rejects.toMatchObject({ code: 'browser_launch_failed' });
  });

  test('without any Chromium, or with a TMPDIR that is not its own, no pool is made', async () => {
    await using bench = await createBench();
    const options = {
      headlessPath: undefined,
      fullPath: undefined,
      ffmpegPath: undefined,
      sandbox: 'auto' as const,
      tempDir: bench.tempDir,
      environment: {},
      egress: bench.egress,
      log: { info: () => undefined, warn: () => undefined },
    };
    expect(() => createBrowserPool(options)).toThrow(expect.objectContaining({ code: 'browser_missing' }));
    expect(() => createBrowserPool({ ...options, headlessPath: '/x', tempDir: '/elsewhere' })).toThrow(
      expect.objectContaining({ code: 'temp_dir_mismatch' }),
    );
  });
});
