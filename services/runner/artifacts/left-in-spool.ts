import type { Dirent } from 'node:fs';
import { readdir, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { onCode } from '#shared/platform/files/on-code.ts';
import type { Spooled } from './waiting.ts';

/** A half-written file that has not changed for so long was left by a killed runner. */
const HALF_WRITTEN_MS = 3_600_000;

/** Every file in the spool. */
export async function findLeft(folder: string): Promise<Spooled[]> {
  const found: Spooled[] = [];
  for await (const file of filesBelow(folder)) {
    const state = await stat(file).catch(onCode('ENOENT', undefined));
    if (state === undefined) continue;
    if (!file.endsWith('.part')) found.push({ path: relative(folder, file), bytes: state.size });
    else if (Date.now() - state.mtimeMs > HALF_WRITTEN_MS) await rm(file, { force: true });
  }
  return found;
}

/** Not by a recursive `readdir`: that fails as a whole if one folder is removed, as those of sent files are, while it reads. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(onCode<Dirent[]>('ENOENT', []));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/**
 * Whether this runner is to send what another one has put there: its time is that of the last who began to, so that of
 * several one does. `taken`: another one may be sending it.
 */
export async function takeOver(file: string, leftMs: number): Promise<'mine' | 'taken' | 'gone'> {
  const state = await stat(file).catch(onCode('ENOENT', undefined));
  if (state === undefined) return 'gone';
  if (Date.now() - state.mtimeMs < leftMs) return 'taken';
  const now = new Date();
  await utimes(file, now, now).catch(onCode('ENOENT', undefined));
  return 'mine';
}

/** The folders of a file that was sent, if nothing else is in them: those of its run and of its day. */
export async function removeEmptyFolders(file: string, upTo: string): Promise<void> {
  for (let folder = dirname(file); folder !== upTo; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return; // it is in use
    }
  }
}
