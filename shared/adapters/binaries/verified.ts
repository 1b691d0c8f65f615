/*
 * Owns: <cache>/verified.json, which remembers programs that answered when asked for their version, by size and time of change, so that
 * looking for them again costs a stat instead of a start.
 */
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#shared/platform/files/atomic-file.ts';
import type { Environment } from './cache.ts';
import type { RunCommand } from './run.ts';

const VERSION_WITHIN_MS = 20_000;

/** `proof`: what the program is asked, `--version` by default. */
export type Verify = (path: string, proof?: string) => Promise<boolean>;

const stampOf = async (path: string): Promise<string | undefined> => {
  try {
    await access(path, constants.X_OK);
    const { size, mtimeMs } = await stat(path);
    return `${size}-${mtimeMs}`;
  } catch {
    return undefined;
  }
};

const readVerified = async (file: string): Promise<Record<string, unknown>> => {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof content === 'object' && content !== null ? { ...content } : {};
  } catch {
    return {};
  }
};

const writeVerified = async (cacheDir: string, content: Record<string, unknown>): Promise<void> => {
  try {
    await writeFileAtomically(join(cacheDir, 'verified.json'), `${JSON.stringify(content, null, 2)}\n`);
  } catch {
    // If this cannot be stored, the program is verified again next time.
  }
};

/**
 * Whether a file exists and really runs here: Ubuntu's start script of a snap does not, nor a build without its
 * libraries.
 */
export const createVerify = (cacheDir: string, run: RunCommand, env: Environment): Verify => {
  const file = join(cacheDir, 'verified.json');
  return async (path, proof = '--version') => {
    const stamp = await stampOf(path);
    if (stamp === undefined) return false;
    if ((await readVerified(file))[path] === stamp) return true;
    const { ok } = await run(path, [proof], { env, timeoutMs: VERSION_WITHIN_MS });
    if (ok) await writeVerified(cacheDir, { ...(await readVerified(file)), [path]: stamp });
    return ok;
  };
};
