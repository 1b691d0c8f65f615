import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { processIdentity } from '#shared/process/identity.ts';
import type { BrowserUser } from './browser-user.ts';

/** Which process a runner's temp folder belongs to; kept in the folder, so that a later runner can judge. */
export interface TempDirOwner {
  host: string;
  pid: number;
  /** Start time and command line: what tells the process from a later one with the same pid. */
  identity: string | undefined;
  /** A short way to the folder, outside of it. */
  alias?: string;
  /** A folder for the user as which Chromium runs, outside of it. */
  outside?: string;
}

/** By which a browser can be told from others: its runner's folder. */
export const FOLDER_VARIABLE = 'RUNNER_FOLDER';
export const OWNER_FILE = 'owner.json';
export const TEMP_DIR_NAME = /^runner-(\d+)-[\w-]+$/;
/** Where Chromium's own user can get to, whatever folder the home is in; root's. */
export const OUTSIDE = '/var/lib/ghostly/browsers';

/** A socket's path has at most 107 bytes, and Chromium's own takes 44 of them below its TMPDIR. */
const LONGEST_PATH = 107 - 44;

export interface TempDir extends AsyncDisposable {
  /**
   * What to use as TMPDIR: the folder, a short link to it where its path is too long for a socket, or a folder outside
   * that Chromium's own user can use.
   */
  path: string;
  /** The folder itself, this process's alone. */
  privatePath: string;
}

/** Makes `<root>/runner-<pid>-<incarnation>`, readable by its owner only. */
export async function makeTempDir(root: string, incarnation: string, user?: BrowserUser): Promise<TempDir> {
  const folder = join(root, `runner-${process.pid}-${incarnation}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const identity = await processIdentity(process.pid);
  const short = randomBytes(6).toString('hex');
  const outside = user && join(OUTSIDE, short);
  const isLong = Buffer.byteLength(folder) > LONGEST_PATH;
  const alias = isLong && outside === undefined ? join(tmpdir(), `ghostly-${short}`) : undefined;
  const owner: TempDirOwner = {
    host: hostname(),
    pid: process.pid,
    identity,
    ...(alias !== undefined && { alias }),
    ...(outside !== undefined && { outside }),
  };
  await writeFile(join(folder, OWNER_FILE), JSON.stringify(owner));
  if (alias !== undefined) await symlink(folder, alias);
  if (user && outside !== undefined) await makeOutside(outside, user);
  return {
    path: outside ?? alias ?? folder,
    privatePath: folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      if (alias !== undefined) await rm(alias, { force: true });
      if (outside !== undefined) await rm(outside, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** For both: root makes profiles there, Chromium its sockets, and neither can take away what is the other's. */
async function makeOutside(path: string, { gid }: BrowserUser): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chown(path, 0, gid);
  await chmod(path, 0o1770);
  for (const above of [dirname(path), dirname(dirname(path))]) {
    const { mode } = await stat(above);
    if ((mode & 0o001) === 0) await chmod(above, (mode & 0o777) | 0o011);
  }
}
