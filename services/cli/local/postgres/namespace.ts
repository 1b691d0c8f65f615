import { spawnSync } from 'node:child_process';
import type { ServerCommand } from '../process/server-process.ts';

const NOBODY = 65_534;
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const inNamespace = (command: string, args: readonly string[]): ServerCommand => ({
  command: 'unshare',
  args: ['-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--', command, ...args],
});

/** Tried with the program that is to run there, since kernels, containers and old versions of unshare fail in many ways. */
export const namespacesWork = (program: string): boolean => {
  const { command, args } = inNamespace(program, ['--version']);
  const { status } = spawnSync(command, args, {
    env: { PATH: SYSTEM_PATH },
    cwd: '/',
    stdio: 'ignore',
    timeout: 5_000,
  });
  return status === 0;
};
