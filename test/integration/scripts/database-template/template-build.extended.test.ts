/* A build of the database template that is stopped or killed leaves no server and no folder for good. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASE_TEMPLATE } from '#shared/platform/build/parts.ts';
import { eventually } from '../../../support/eventually.ts';
import { expectNothingLeft, processesWith } from '../../../support/stack/leaks.ts';

const ROOT = join(import.meta.dirname, '../../../..');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-'));
  await chmod(folder, 0o711);
});
afterEach(() => rm(folder, { recursive: true }));

/** One whose server runs. */
async function startBuild() {
  const build = spawn(process.execPath, [join(ROOT, DATABASE_TEMPLATE.script), '--force'], {
    env: { ...process.env, TMPDIR: folder },
    stdio: 'ignore',
  });
  const exited = once(build, 'exit');
  const server = await eventually(async () => {
    const servers = (await processesWith(folder)).filter(({ command }) => / -D .* -c port=/.test(command));
    const ours = servers.find(({ command }) => command.includes(`ghostly-template-${build.pid}-`));
    if (ours === undefined) throw new Error('no server yet');
    return ours;
  });
  return { build, exited, server };
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a build of the template that gets %s leaves neither its server nor its folder',
  async (signal) => {
    const { build, exited } = await startBuild();
    build.kill(signal);
    expect(await exited).toEqual([1, null]);
    await expectNothingLeft(folder, [folder]);
  },
);

it('what a build left that was killed is ended and removed by the next one', async () => {
  const killed = await startBuild();
  killed.build.kill('SIGKILL');
  await killed.exited;
  expect(await readdir(folder)).toHaveLength(1);

  const next = await startBuild();
  expect((await processesWith(folder)).map(({ pid }) => pid)).not.toContain(killed.server.pid);
  next.build.kill('SIGTERM');
  await next.exited;
  await expectNothingLeft(folder, [folder]);
});
