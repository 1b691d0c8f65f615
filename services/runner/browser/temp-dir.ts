import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processIdentity } from '#shared/local/process/identity.ts';

/** Which process a runner's temp folder belongs to; kept in the folder, so that a later runner can judge. */
export interface TempDirOwner {
  host: string;
  pid: number;
  /** Start time and command line: what tells the process from a later one with the same pid. */
  identity: string | undefined;
}

export const OWNER_FILE = 'owner.json';
export const TEMP_DIR_NAME = /^runner-(\d+)-[\w-]+$/;

/** Makes `<root>/runner-<pid>-<incarnation>`, readable by its owner only, and returns its path. */
export async function makeTempDir(root: string, incarnation: string): Promise<string> {
  const path = join(root, `runner-${process.pid}-${incarnation}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const identity = await processIdentity(process.pid);
  const owner: TempDirOwner = { host: hostname(), pid: process.pid, identity };
  await writeFile(join(path, OWNER_FILE), JSON.stringify(owner));
  return path;
}
