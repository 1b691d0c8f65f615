/* I8: temporary folders of dead runners are removed, and those of living ones are not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeLeftTempDirs } from '../../../../../services/runner/browser/chromium/janitor.ts';
import { makeTempDir } from '../../../../../services/runner/browser/chromium/temp-dir.ts';
import { eventually } from '../../../../support/eventually.ts';
import { startSite } from '../../../../support/sites/site.ts';
import { processesNaming } from '../fixture.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'janitor-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const deadPid = async (): Promise<number> => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
};
const leave = async (name: string, owner?: object): Promise<void> => {
  await mkdir(join(root, name, 'profile'), { recursive: true });
  await writeFile(join(root, name, 'profile/file'), 'left');
  if (owner) await writeFile(join(root, name, 'owner.json'), JSON.stringify(owner));
};

describe('I8: temp folders of dead runners are removed, those of living ones are not', () => {
  test('the folder of this process stays, and only its user may enter it', async () => {
    const { path } = await makeTempDir(root, 'abc-1');
    expect(basename(path)).toBe(`runner-${process.pid}-abc-1`);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await removeLeftTempDirs(root)).toEqual([]);
    expect(await readdir(root)).toEqual([basename(path)]);
  });

  test('a folder too deep for the socket of a browser is used through a short link, which goes with it', async () => {
    const deep = join(root, 'd'.repeat(80));
    const tempDir = await makeTempDir(deep, 'abc-2');
    expect(tempDir.path.length).toBeLessThan(60);
    expect(await readlink(tempDir.path)).toBe(join(deep, `runner-${process.pid}-abc-2`));
    await tempDir[Symbol.asyncDispose]();
    await expect(lstat(tempDir.path)).rejects.toThrow('ENOENT');
    expect(await readdir(deep)).toEqual([]);
    await rm(deep, { recursive: true });
  });

  test('the link of a dead process goes with its folder, but nothing else that its owner file may name', async () => {
    const pid = await deadPid();
    const [alias, other] = [
      join(root, '..', `${basename(root)}-alias`),
      join(root, '..', `${basename(root)}-other`),
    ];
    await leave(`runner-${pid}-a`, { host: hostname(), pid, alias });
    await leave(`runner-${pid}-b`, { host: hostname(), pid, alias: other });
    await symlink(join(root, `runner-${pid}-a`), alias);
    await symlink(root, other);
    await removeLeftTempDirs(root);
    await expect(lstat(alias)).rejects.toThrow('ENOENT');
    expect(await readlink(other)).toBe(root);
    await rm(other);
  });

  test('the folder of a dead process goes, with or without its owner file', async () => {
    const pid = await deadPid();
    await leave(`runner-${pid}-a`, { host: hostname(), pid, identity: '1 node' });
    await leave(`runner-${pid}-b`);
    expect((await removeLeftTempDirs(root)).sort()).toEqual([`runner-${pid}-a`, `runner-${pid}-b`]);
    expect(await readdir(root)).toEqual([]);
  });

  test('the folder of a dead process whose pid lives on in another one goes', async () => {
    await leave(`runner-${process.pid}-old`, {
      host: hostname(),
      pid: process.pid,
      identity: 'another process',
    });
    expect(await removeLeftTempDirs(root)).toEqual([`runner-${process.pid}-old`]);
  });

  test('a folder without owner file stays while its pid lives', async () => {
    await leave(`runner-${process.pid}-unknown`);
    expect(await removeLeftTempDirs(root)).toEqual([]);
  });

  test('the folder of another host goes only after a week', async () => {
    const pid = await deadPid();
    await leave(`runner-${pid}-far`, { host: `not-${hostname()}`, pid, identity: '1 node' });
    expect(await removeLeftTempDirs(root)).toEqual([]);
    const old = new Date(Date.now() - 8 * 86_400_000);
    await utimes(join(root, `runner-${pid}-far`), old, old);
    expect(await removeLeftTempDirs(root)).toEqual([`runner-${pid}-far`]);
  });

  test('after kill -9 of a runner its Chromium goes by itself, and its folder with the next janitor', async () => {
    await using site = await startSite();
    const script = join(import.meta.dirname, 'doomed-runner.ts');
    const runner = spawn(process.execPath, [script, root, site.url], { stdio: 'ignore' });
    await site.asked('/never');
    expect(await processesNaming(root)).not.toEqual([]);
    expect(await removeLeftTempDirs(root)).toEqual([]);
    runner.kill('SIGKILL');
    await once(runner, 'exit');
    await eventually(async () => expect(await processesNaming(root)).toEqual([]));
    expect(await removeLeftTempDirs(root)).toEqual([`runner-${runner.pid}-doomed`]);
    expect(await readdir(root)).toEqual([]);
  });

  test('what is not a runner folder is left alone, and a missing root is no error', async () => {
    await mkdir(join(root, 'other'));
    expect(await removeLeftTempDirs(root)).toEqual([]);
    expect(await removeLeftTempDirs(join(root, 'missing'))).toEqual([]);
  });
});
