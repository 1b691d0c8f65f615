import { readdir, readFile, readlink, realpath, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { isAlive, processIdentity } from '#shared/platform/process/identity.ts';
import {
  BROWSERS_OUTSIDE,
  FOLDER_VARIABLE,
  OWNER_FILE,
  TEMP_DIR_NAME,
  type TempDirOwner,
} from './temp-dir.ts';

/** The pid of a folder of another host (a shared volume) proves nothing; such a folder is removed after this long. */
const FOREIGN_MS = 7 * 86_400_000;

/**
 * Removes the temp folders below `root` that killed runners left (I8) and returns their names. Folders of living runners
 * stay. A browser that hangs, and so missed the end of its runner, is killed first.
 */
export async function removeLeftTempDirs(root: string, now: number = Date.now()): Promise<string[]> {
  const names = (await readdir(root).catch(() => [])).filter((name) => TEMP_DIR_NAME.test(name));
  const removed: string[] = [];
  for (const name of names) {
    const path = join(root, name);
    const owner = await readOwner(path);
    if (!(await isLeft(path, name, owner, now))) continue;
    await killLeftBrowsers(path);
    await removeAlias(path, owner?.alias);
    await removeOutside(owner?.outside);
    // A dying Chromium may still write for a moment; what cannot be removed now is removed at the next start.
    const gone = await rm(path, { recursive: true, force: true, maxRetries: 3 }).then(
      () => true,
      () => false,
    );
    if (gone) removed.push(name);
  }
  return removed;
}

async function isLeft(
  path: string,
  name: string,
  owner: TempDirOwner | undefined,
  now: number,
): Promise<boolean> {
  const pid = owner?.pid ?? Number(TEMP_DIR_NAME.exec(name)?.[1]);
  if (owner && owner.host !== hostname()) return now - (await stat(path)).mtimeMs > FOREIGN_MS;
  if (!isAlive(pid)) return true;
  if (owner?.identity === undefined) return false;
  const identity = await processIdentity(pid);
  return identity !== owner.identity;
}

/** Only paths where such folders are created. */
async function removeOutside(outside: string | undefined): Promise<void> {
  if (outside === undefined || dirname(outside) !== BROWSERS_OUTSIDE) return;
  // A dying Chromium may still write for a moment.
  await rm(outside, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/**
 * Browsers have the real path of their runner's folder in their arguments (`launch.ts`); without /proc they cannot be
 * found.
 */
async function killLeftBrowsers(folder: string): Promise<void> {
  const home = await realpath(folder).catch(() => undefined);
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter((pid) => pid > 1);
  for (const pid of home === undefined ? [] : pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''); // gone, or another user's
    if (pid === process.pid || !environment.split('\0').includes(`${FOLDER_VARIABLE}=${home}`)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

/** Only a link to this very folder is its alias. */
async function removeAlias(path: string, alias: string | undefined): Promise<void> {
  if (alias === undefined) return;
  const target = await readlink(alias).catch(() => undefined); // gone already
  if (target === path) await rm(alias, { force: true });
}

async function readOwner(path: string): Promise<TempDirOwner | undefined> {
  try {
    return JSON.parse(await readFile(join(path, OWNER_FILE), 'utf8')) as TempDirOwner;
  } catch {
    return undefined;
  }
}
