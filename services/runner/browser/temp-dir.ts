import { randomBytes } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { processIdentity } from '#shared/local/process/identity.ts';

/** Which process a runner's temp folder belongs to; kept in the folder, so that a later runner can judge. */
export interface TempDirOwner {
  host: string;
  pid: number;
  /** Start time and command line: what tells the process from a later one with the same pid. */
  identity: string | undefined;
  /** A short way to the folder, outside of it. */
  alias?: string;
}

export const OWNER_FILE = 'owner.json';
export const TEMP_DIR_NAME = /^runner-(\d+)-[\w-]+$/;

/** A socket's path has at most 107 bytes, and Chromium's own takes 44 of them below its TMPDIR. */
const LONGEST_PATH = 107 - 44;

export interface TempDir extends AsyncDisposable {
  /** What to use as TMPDIR: the folder, or a short link to it where its path is too long for a socket. */
  path: string;
}

/** Makes `<root>/runner-<pid>-<incarnation>`, readable by its owner only. */
export async function makeTempDir(root: string, incarnation: string): Promise<TempDir> {
  const folder = join(root, `runner-${process.pid}-${incarnation}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const identity = await processIdentity(process.pid);
  const alias =
    Buffer.byteLength(folder) > LONGEST_PATH
      ? join(tmpdir(), `ghostly-${randomBytes(6).toString('hex')}`)
      : undefined;
  const owner: TempDirOwner = {
    host: hostname(),
    pid: process.pid,
    identity,
    ...(alias !== undefined && { alias }),
  };
  await writeFile(join(folder, OWNER_FILE), JSON.stringify(owner));
  if (alias !== undefined) await symlink(folder, alias);
  return {
    path: alias ?? folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      if (alias !== undefined) await rm(alias, { force: true });
    },
  };
}
