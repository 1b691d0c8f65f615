/* I10, I13: Chromium sees no secret of its runner, and a failed launch takes the sandbox from no later one. */
import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { commandLine } from '#shared/platform/process/identity.ts';
import { createBrowserPool } from '../../../../../services/runner/browser/pool.ts';
import { eventually } from '../../../../support/eventually.ts';
import { needs } from '../../../../support/machine.ts';
import { extendedOnly } from '../../../../support/share.ts';
import { createBench, processesNaming, useGround } from '../fixture.ts';

const ground = useGround();
const PLAIN = { action: 'goto', url: '/plain' };
const over = { keepVideo: false, reason: 'test over' };

/** A script that stands for Chromium, in a folder of its own, until the test is over. */
async function wrapChromium(script: (at: { path: string; folder: string }) => string) {
  const { path } = await findChromium({ env: process.env });
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-wrapper-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const wrapper = join(folder, 'chromium');
  await writeFile(wrapper, `#!/bin/sh\n${script({ path, folder })}\n`);
  await chmod(wrapper, 0o755);
  return { folder, wrapper };
}

describe('what a browser is started with', () => {
  test.each([
    ['full Chromium, here without a display', 'no_display', 'info', 'no display: full Chromium runs without'],
    [
      'the headless shell if there is no other',
      'no_window',
      'warn',
      'no full Chromium: it runs in the headless',
    ],
  ])('a run with a window gets %s, and is told so; the log has it once', async (_, code, level, message) => {
    if (code === 'no_display') await needs('full Chromium');
    const { path } = await findChromium({ env: process.env });
    const shell = code === 'no_window' && { headlessPath: path, fullPath: undefined };
    await using bench = await createBench({ environment: { PATH: process.env.PATH }, ...shell }, ground());
    for (let run = 0; run < 2; run += 1)
      expect(await bench.run([PLAIN], { headless: false })).toMatchObject([{ ok: true }]);
    expect(bench.logged).toEqual([{ level, message: expect.stringContaining(message) }]);
    const asked = await bench.open(bench.flow([PLAIN], { headless: false }));
    expect(asked.notices).toEqual([{ code, text: expect.stringMatching(/^headless: false, but/) }]);
    const plain = await bench.open(bench.flow([PLAIN]));
    expect(plain.notices).toEqual([]);
    await Promise.all([asked.close(over), plain.close(over)]);
  });

  test('I10: Chromium sees none of the secrets of the runner', async () => {
    const { folder, wrapper } = await wrapChromium(
      ({ path, folder }) => `env > '${folder}/env'\nexec '${path}' "$@"`,
    );
    await using bench = await createBench(
      {
        headlessPath: wrapper,
        environment: {
          PATH: process.env.PATH,
          DATABASE_URL: 'postgres://secret',
          GHOSTLY_JWT_SECRET: 'secret',
        },
      },
      ground(),
    );
    await bench.pool.warm();
    const seen = await readFile(join(folder, 'env'), 'utf8');
    expect(seen).not.toMatch(/secret/);
    expect(seen).toContain(`TMPDIR=${bench.tempDir}`);
    expect(seen).toContain(`HOME=${await realpath(bench.tempDir)}`);
  });

  extendedOnly(() => {
    test('a wrapper script that stays between us and Chromium dies with it', async () => {
      const { wrapper } = await wrapChromium(({ path }) => `'${path}' "$@"`);
      await using bench = await createBench({ headlessPath: wrapper }, ground());
      const run = await bench.open(bench.flow([PLAIN]));
      await run.kill();
      expect(await processesNaming(wrapper)).toEqual([]);
      await run.close(over);
    });
  });

  test('in auto, a sandbox that is not usable is done without, with one warning', async () => {
    const { wrapper } = await wrapChromium(
      ({ path }) =>
        `case "$*" in *--no-sandbox*) exec '${path}' "$@" ;; esac\necho 'No usable sandbox!' >&2\nexit 1`,
    );
    await using bench = await createBench(
      { headlessPath: wrapper, sandbox: 'auto', isRoot: false },
      ground(),
    );
    expect(await bench.run([PLAIN])).toMatchObject([{ ok: true }]);
    expect(bench.logged).toEqual([{ level: 'warn', message: expect.stringContaining('no usable sandbox') }]);
    await using strict = await createBench({ headlessPath: wrapper, sandbox: 'on' }, ground());
    await expect(strict.open(strict.flow([PLAIN]))).rejects.toMatchObject({
      code: 'browser_launch_failed',
      message: expect.stringMatching(/^Chromium did not start: .*No usable sandbox!/),
    });
  });

  extendedOnly(() => {
    test('I13: a sandbox that has worked is not done without because a launch fails', async () => {
      const { folder, wrapper } = await wrapChromium(
        ({ path, folder }) => `case "$*" in *--no-sandbox*) exec '${path}' "$@" ;; esac
[ -e '${folder}/broken' ] && exit 1
exec '${path}' --no-sandbox "$@"`,
      );
      const broken = join(folder, 'broken');
      await using bench = await createBench(
        { headlessPath: wrapper, sandbox: 'auto', isRoot: false },
        ground(),
      );
      const open = (projectId: string) => bench.open(bench.flow([PLAIN]), { projectId });
      await (await open('one')).close(over);
      await writeFile(broken, '');
      await expect(open('two')).rejects.toMatchObject({ code: 'browser_launch_failed' });
      await rm(broken);
      await (await open('two')).close(over);
      expect(bench.logged).toEqual([]);
    });

    test('I13: a slow start without the sandbox takes it from none that comes after one with it', async () => {
      const { folder, wrapper } = await wrapChromium(
        ({ path, folder }) => `case "$*" in *--no-sandbox*)
  touch '${folder}/bare'; until [ -e '${folder}/go' ]; do sleep 0.02; done; exec '${path}' "$@" ;;
esac
[ -e '${folder}/broken' ] && exit 1
exec '${path}' --no-sandbox --walled "$@"`,
      );
      const [broken, bare, go] = [join(folder, 'broken'), join(folder, 'bare'), join(folder, 'go')];
      await using bench = await createBench(
        { headlessPath: wrapper, sandbox: 'auto', isRoot: false },
        ground(),
      );
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
    });

    test('a Chromium that cannot start is an error of one line, and the next open tries again', async () => {
      await using bench = await createBench({ headlessPath: '/bin/false' }, ground());
      const open = () => bench.open(bench.flow([PLAIN]));
      await expect(open()).rejects.toMatchObject({
        code: 'browser_launch_failed',
        message: expect.not.stringContaining('\n'),
      });
      await expect(open()).rejects.toMatchObject({ code: 'browser_launch_failed' });
    });
  });

  test('without any Chromium, or with a TMPDIR that is not its own, no pool is made', async () => {
    await using bench = await createBench({}, ground());
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
