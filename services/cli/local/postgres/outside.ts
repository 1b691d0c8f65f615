/*
 * Places for the `copy` strategy, reachable by a plain user whatever folder the clone lies in.
 * Owns: <base>/postgres-<version> (binaries, root's, read-only for others) and <base>/data/<hash of the data folder>.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { chmod, cp, lchown, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { SYSTEM_PATH } from './namespace.ts';

export interface PlainUser {
  uid: number;
  gid: number;
}

export const DATABASE_OUTSIDE = '/var/lib/ghostly';

const idOf = (flag: '-u' | '-g'): number => {
  const { stdout } = spawnSync('id', [flag, 'nobody'], { env: { PATH: SYSTEM_PATH }, encoding: 'utf8' });
  const id = Number.parseInt(stdout, 10);
  return Number.isInteger(id) && id > 0 ? id : 65_534;
};

export const plainUser = (): PlainUser => ({ uid: idOf('-u'), gid: idOf('-g') });

export const dataOutside = (dataDir: string, base = DATABASE_OUTSIDE): string =>
  join(base, 'data', createHash('sha256').update(dataDir).digest('hex').slice(0, 20));

/** Whether any user may walk down to the parent of `path`. */
export const isReachable = (path: string): boolean => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

export const copyBinaries = async (
  { root, version }: PostgresBinaries,
  base = DATABASE_OUTSIDE,
): Promise<string> => {
  const target = join(base, `postgres-${version}`);
  if (existsSync(target)) return target;
  await mkdir(base, { recursive: true, mode: 0o755 });
  const unfinished = await mkdtemp(join(base, '.copy-'));
  for (const part of ['bin', 'lib', 'share']) {
    await cp(join(root, part), join(unfinished, part), { recursive: true, verbatimSymlinks: true });
  }
  await chmod(unfinished, 0o755);
  try {
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another start may have been faster; its copy is as good.
    if (!existsSync(target)) throw error;
  }
  return target;
};

export const giveTo = async (path: string, { uid, gid }: PlainUser): Promise<void> => {
  await lchown(path, uid, gid);
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid);
  }
};
