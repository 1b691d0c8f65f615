/*
 * The user and the priority of Chromium, according to the kernel. A runner that is root (CI in a container, say) gives it
 * another user.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { afterThisTest } from '../support/file-hooks.ts';
import { needs } from '../support/machine.ts';
import { makeKnownEncoder } from '../support/servers/known-encoder.ts';
import { extendedOnly } from '../support/share.ts';
import { browsersWith } from '../support/stack/leaks.ts';
import type { ServiceProcess } from '../support/stack/stack.ts';
import { useStack } from '../support/stack/use-stack.ts';

const bench = useStack({ besides: ['supervisor'] });

const field = async (pid: number, name: string): Promise<string[]> => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(text)?.[1]?.split(/\s+/) ?? [];
};
/** Those of its process group; what they were started with is overwritten by their titles. */
async function renderersOf(browser: number): Promise<number[]> {
  const groupOf = async (pid: number) => {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[2];
  };
  const group = await groupOf(browser);
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return command.includes('--type=renderer') && (await groupOf(pid)) === group ? [pid] : [];
    }),
  );
  return found.flat();
}
/** The folder of Chromium's own user, if there is one. */
async function outsideOf(runner: number): Promise<string | undefined> {
  const temp = join(bench.stack.home, 'tmp');
  const name = (await readdir(temp)).find((folder) => folder.startsWith(`runner-${runner}-`));
  const owner = await readFile(join(temp, name!, 'owner.json'), 'utf8');
  return (JSON.parse(owner) as { outside?: string }).outside;
}

/** The threads of a process and of all that it has started. */
const threadsOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean);
    return [Number(thread), ...children.map(Number).flatMap(threadsOf)];
  });
const prioritiesOf = (threads: readonly number[]) => [...new Set(threads.map((id) => getPriority(id)))];

const userNamespace = (pid: number | 'self') => readlink(`/proc/${pid}/ns/user`);

describe('a runner and its browser', () => {
  let runner: ServiceProcess;
  beforeAll(async () => {
    runner = await bench.stack.start('runner');
  });
  afterAll(() => runner.stop());

  test('I11: Chromium is no root, and each page is in a sandbox', async () => {
    await needs('user namespaces', 'Chromium for any user');
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/held?sandbox' },
        { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
      ],
    });
    await bench.site.asked('/held?sandbox');
    const browsers = await browsersWith(bench.stack.home);
    expect(browsers.length).toBeGreaterThan(0);
    for (const { pid } of browsers) {
      expect(await field(pid, 'Uid')).not.toContain('0');
      expect(await field(pid, 'Gid')).not.toContain('0');
      expect((await field(pid, 'CapEff')).join()).toMatch(/^0+$/);
      expect(await field(pid, 'NoNewPrivs')).toEqual(['1']);
    }
    // One that is just starting is not in its sandbox yet; it has no page.
    await eventually(async () => {
      const renderers = (await Promise.all(browsers.map(({ pid }) => renderersOf(pid)))).flat();
      expect(renderers.length).toBeGreaterThan(0);
      for (const pid of renderers) {
        expect(await field(pid, 'Uid')).not.toContain('0');
        expect(await field(pid, 'Seccomp')).toEqual(['2']);
        expect(await userNamespace(pid)).not.toBe(await userNamespace('self'));
      }
    });
    expect(runner.lines.join('\n')).not.toMatch(/without (one|its sandbox)/);
    await bench.client.cancel(id);
    await (await bench.client.watch(id)).ended();
  });

  test('I13: Chromium and what records it get less of the cores than the runner does', async () => {
    const encoder = await makeKnownEncoder('a stand-in');
    afterThisTest(async () => encoder[Symbol.asyncDispose]());
    const recording = await bench.stack.start('runner', {
      PATH: `${encoder.folder}:${process.env.PATH}`,
      GHOSTLY_LABELS: 'recording',
    });
    afterThisTest(() => recording.stop());
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      runnerLabels: ['recording'],
      recordVideoOnFailure: true,
      steps: [
        { action: 'goto', url: '/held?priority' },
        { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
      ],
    });
    await bench.site.asked('/held?priority');
    const own = getPriority(recording.pid);
    // Threads come and go while they are looked at.
    await eventually(async () => {
      const encoders = (await encoder.pids()).flatMap(threadsOf);
      const browsers = (await browsersWith(bench.stack.home)).flatMap(({ pid }) => threadsOf(pid));
      expect(encoders.length).toBeGreaterThan(0);
      expect(browsers.length).toBeGreaterThan(20);
      expect(prioritiesOf([...encoders, ...browsers])).toEqual([Math.min(19, own + 5)]);
    });
    const threads = readdirSync(`/proc/${recording.pid}/task`).map(Number);
    expect(prioritiesOf(threads)).toEqual([own]);
    await bench.client.cancel(id);
    await (await bench.client.watch(id)).ended();
  });

  extendedOnly(() => {
    test('I8: a runner that is killed leaves nothing of it', async () => {
      await bench.client.start({
        baseUrl: bench.site.url,
        steps: [{ action: 'goto', url: '/never?sandbox', timeoutMs: 120_000 }],
      });
      await bench.site.asked('/never?sandbox');
      const outside = await outsideOf(runner.pid);
      runner.signal('SIGKILL');
      await runner.exited;
      await eventually(async () => expect(await browsersWith(bench.stack.home)).toEqual([]));
      runner = await bench.stack.start('runner');
      if (outside !== undefined) expect(existsSync(outside)).toBe(false);
    });
  });
});
