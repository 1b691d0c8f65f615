import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { processIdentity } from '#shared/platform/process/identity.ts';
import type { BrowserUser } from './browser-user.ts';

/** The process that a runner's temp folder belongs to; stored in the folder, for the janitor of a later runner. */
export interface TempDirOwner {
  host: string;
  pid: number;
  /** Start time and command line: they distinguish the process from a later one with the same pid. */
  identity: string | undefined;
  /** A short link to the folder, outside of it. */
  alias?: string;
  /** A folder for the user that Chromium runs as, outside of it. */
  outside?: string;
}

/** Identifies a runner's browsers: the argument with its folder. */
export const FOLDER_VARIABLE = 'RUNNER_FOLDER';
export const OWNER_FILE = 'owner.json';
export const TEMP_DIR_NAME = /^runner-(\d+)-[\w-]+$/;
/** A folder that Chromium's user can reach wherever the home is; owned by the runner. */
export const BROWSERS_OUTSIDE = '/var/lib/ghostly/browsers';
const VIDEOS = 'videos';

/** A socket's path has at most 107 bytes, and Chromium's own takes 44 of them below its TMPDIR. */
const LONGEST_PATH = 107 - 44;

export interface TempDir extends AsyncDisposable {
  /**
   * What to use as TMPDIR: the folder, a short link to it if its path is too long for a socket, or a folder outside
   * that Chromium's own user can use.
   */
  path: string;
  /** The folder itself, private to this process. */
  privatePath: string;
  /** The folder for recordings. An encoder with a user of its own passes through it to its file, and can add nothing. */
  videos: string;
}

/** Creates `<root>/runner-<pid>-<incarnation>`, readable by its owner only. */
export async function makeTempDir(root: string, incarnation: string, user?: BrowserUser): Promise<TempDir> {
  const folder = join(root, `runner-${process.pid}-${incarnation}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const identity = await processIdentity(process.pid);
  const short = randomBytes(6).toString('hex');
  const outside = user && join(BROWSERS_OUTSIDE, short);
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
  const videos = outside === undefined ? folder : join(outside, VIDEOS);
  return {
    path: outside ?? alias ?? folder,
    privatePath: folder,
    videos,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      if (alias !== undefined) await rm(alias, { force: true });
      if (outside !== undefined) await rm(outside, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** For both users: the runner creates profiles there, Chromium its sockets, which cannot delete what the runner's is. */
async function makeOutside(path: string, { gid }: BrowserUser): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chown(path, process.getuid?.() ?? 0, gid);
  await chmod(path, 0o1770);
  await mkdir(join(path, VIDEOS));
  await chmod(join(path, VIDEOS), 0o711);
  for (const above of [dirname(path), dirname(dirname(path))]) {
    const { mode } = await stat(above);
    if ((mode & 0o001) === 0) await chmod(above, (mode & 0o777) | 0o011);
  }
}
