import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { StopLadder } from '#shared/platform/process/child.ts';
import { commandLine } from '#shared/platform/process/identity.ts';
import { endProcess } from '../process/leftover.ts';
import { configFileOf, pidFileOf } from './config.ts';

export const NATS_STOP: StopLadder = [['SIGTERM', 4_000]];

export const isNatsOf = (command: string | undefined, dir: string): boolean =>
  command?.includes('nats-server') === true && `${command} `.includes(` ${configFileOf(dir)} `);

/** The pid of the server that runs on this folder, if one does. */
const findNats = async (storeDir: string): Promise<number | undefined> => {
  const dir = resolve(storeDir);
  try {
    const pid = Number(await readFile(pidFileOf(dir), 'utf8'));
    return Number.isInteger(pid) && pid > 1 && isNatsOf(await commandLine(pid), dir) ? pid : undefined;
  } catch {
    return undefined;
  }
};

/** Ends the server that an earlier, killed parent left on this folder. Resolves to whether there was one. */
export const stopLeftoverNats = async (storeDir: string): Promise<boolean> => {
  const pid = await findNats(storeDir);
  return pid !== undefined && endProcess(pid, NATS_STOP);
};
