import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StopLadder } from '#shared/platform/process/child.ts';
import { commandLine } from '#shared/platform/process/identity.ts';
import { endProcess } from '../process/leftover.ts';
import { type PlacementOptions, realDataDir } from './placement.ts';

/** Fast shutdown, then immediate. */
export const POSTGRES_STOP: StopLadder = [
  ['SIGINT', 6_000],
  ['SIGQUIT', 3_000],
];

/** Whether `command` is a postmaster (not one of its backends, which rename themselves) of `dataDir`. */
export const isPostmasterOf = (command: string | undefined, dataDir: string): boolean =>
  command !== undefined && `${command} `.includes(`/bin/postgres -D ${dataDir} `);

const pidInFile = async (dataDir: string): Promise<number | undefined> => {
  try {
    const [first] = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n');
    const pid = Number(first);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
};

/** The pid of the server that runs on this data, if one does. */
const findPostmaster = async (options: PlacementOptions): Promise<number | undefined> => {
  const dataDir = realDataDir(options);
  const pid = await pidInFile(dataDir);
  if (pid === undefined) return undefined;
  return isPostmasterOf(await commandLine(pid), dataDir) ? pid : undefined;
};

/** Ends the server that an earlier, killed parent left on this data. Resolves to whether there was one. */
export const stopLeftoverPostgres = async (options: PlacementOptions): Promise<boolean> => {
  const pid = await findPostmaster(options);
  return pid !== undefined && endProcess(pid, POSTGRES_STOP);
};

/**
 * A lock file whose pid now belongs to some other program keeps PostgreSQL from starting (usual in containers, where
 * pids repeat). PostgreSQL itself still refuses data whose shared memory is in use.
 */
export const removeForeignLock = async (dataDir: string): Promise<void> => {
  const pid = await pidInFile(resolve(dataDir));
  if (pid === undefined || isPostmasterOf(await commandLine(pid), resolve(dataDir))) return;
  await rm(join(dataDir, 'postmaster.pid'), { force: true });
};
