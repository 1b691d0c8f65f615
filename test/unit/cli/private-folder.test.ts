/* A private folder is for its user alone; one that others could change or replace is refused. */
import { chmod, chown, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { privateFolder } from '../../../services/cli/private-folder.ts';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

async function folderWith(mode: number): Promise<string> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'private-')));
  made.push(parent);
  const folder = join(parent, 'folder');
  await mkdir(folder);
  await chmod(folder, mode);
  return folder;
}

it('a private folder is made for its user alone, also below a folder where everyone may add', async () => {
  const [closed, sticky] = [await folderWith(0o755), await folderWith(0o1777)];
  for (const folder of [join(closed, 'a/b'), join(sticky, 'a/b')]) {
    expect(privateFolder(folder)).toBe(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(privateFolder(folder)).toBe(folder);
  }
});

it('a private folder is none that others could change, replace or have made, and nothing is made there', async () => {
  const [shared, ofGroup, sticky] = [
    await folderWith(0o777),
    await folderWith(0o775),
    await folderWith(0o1777),
  ];
  for (const folder of [shared, ofGroup]) {
    expect(privateFolder(join(folder, 'a/b'))).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  }
  expect(privateFolder(sticky)).toBeUndefined();
  const link = join(await folderWith(0o700), 'link');
  await symlink(shared, link);
  expect(privateFolder(join(link, 'a'))).toBeUndefined();
  const own = join(sticky, 'own');
  await mkdir(own);
  expect(privateFolder(own)).toBe(own);
  // Only root can give it away; who is not root has others that are not its own.
  const ofAnother = process.getuid?.() === 0 ? own : '/proc/1';
  if (ofAnother === own) await chown(own, 65_534, 65_534);
  expect(privateFolder(join(ofAnother, 'a'))).toBeUndefined();
});

it('a private folder is none where it cannot be made', async () => {
  expect(privateFolder('/proc/self/a')).toBeUndefined();
  expect(privateFolder('/dev/null/a')).toBeUndefined();
});
