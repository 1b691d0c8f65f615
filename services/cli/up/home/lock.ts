/*
 * Owns: <home>/up.lock, which says which `up` runs on a home. Taking it is one atomic step, so of two starts at once
 * only one goes on; a lock whose process is gone is taken over.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { onCode } from '#shared/platform/files/on-code.ts';
import { isStillIt, type PidRecord, parseRecord, recordOf } from './pid-record.ts';

export type Lock = { held: true; by: PidRecord } | { held: false; release: () => Promise<void> };

const read = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(onCode('ENOENT', undefined));

/** The living `up` of a home, if there is one. */
export const lockHolder = async (path: string): Promise<PidRecord | undefined> => {
  const record = parseRecord((await read(path)) ?? '');
  return record !== undefined && (await isStillIt(record)) ? record : undefined;
};

const create = async (path: string, text: string): Promise<boolean> => {
  const own = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(own, text, { mode: 0o600, flag: 'wx' });
  try {
    return await linkIfFree(own, path);
  } finally {
    await rm(own, { force: true });
  }
};

const linkIfFree = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(() => true, onCode('EEXIST', false));

/** Moves a dead lock away; one that another start has put there meanwhile is put back. */
const clear = async (path: string, dead: string): Promise<void> => {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  // Another start was first.
  if (!(await rename(path, aside).then(() => true, onCode('ENOENT', false)))) return;
  // A third start may have its lock there by now: then that one counts.
  if ((await read(aside)) !== dead) await linkIfFree(aside, path);
  await rm(aside, { force: true });
};

export const takeLock = async (path: string, pid: number): Promise<Lock> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const text = JSON.stringify(await recordOf(pid));
  for (;;) {
    if (await create(path, text)) {
      const release = async () => {
        if ((await read(path)) === text) await rm(path, { force: true });
      };
      return { held: false, release };
    }
    const holder = await lockHolder(path);
    if (holder !== undefined) return { held: true, by: holder };
    const dead = await read(path);
    if (dead !== undefined) await clear(path, dead);
  }
};
