import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalError } from '#shared/adapters/binaries/errors.ts';
import { followChild } from '#shared/platform/process/child.ts';
import type { ServerCommand } from '../process/server-process.ts';
import { SYSTEM_PATH } from './namespace.ts';
import { type PostgresPlacement, unfinishedOf } from './placement.ts';
import { unpackTemplate } from './template.ts';

export const SUPERUSER = 'ghostly';
export const DATABASE = 'ghostly';
export const SERVER_ENV = { PATH: SYSTEM_PATH, LC_ALL: 'C', TZ: 'UTC' };

const runToEnd = async (
  name: string,
  { command, args, uid, gid }: ServerCommand,
  input = '',
): Promise<void> => {
  const user = uid === undefined || gid === undefined ? {} : { uid, gid };
  const child = spawn(command, args, { cwd: '/', env: SERVER_ENV, stdio: 'pipe', ...user });
  const { exited, lines } = followChild(child);
  // A program that fails at once does not read its input; its exit code is enough.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const { code } = await exited;
  if (code !== 0) {
    throw new LocalError('server_start_failed', `PostgreSQL: ${name} failed: ${lines.slice(-6).join(' | ')}`);
  }
};

export interface InitialiseOptions {
  placement: PostgresPlacement;
  password: string;
  template?: string | undefined;
  durable: boolean;
  log(line: string): void;
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.trim().replaceAll('\n', ' | ') : String(error);

/** initdb reads the password from a file that only its user can read and that is removed afterwards (I10). */
const initdb = async (folder: string, { placement, password, durable }: InitialiseOptions): Promise<void> => {
  const secretFolder = await mkdtemp(join(tmpdir(), 'ghostly-initdb-'));
  try {
    const secretFile = join(secretFolder, 'password');
    await writeFile(secretFile, password, { mode: 0o600, flag: 'wx' });
    await placement.hand(secretFile);
    await placement.hand(secretFolder);
    const args = [
      `--pgdata=${folder}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${secretFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ];
    await runToEnd('initdb', placement.command('initdb', args));
  } finally {
    await rm(secretFolder, { recursive: true, force: true });
  }
};

export const isInitialised = (dataDir: string): boolean => existsSync(join(dataDir, 'PG_VERSION'));

/** Creates the cluster and its database. An interrupted start leaves nothing that looks complete. */
export const initialise = async (options: InitialiseOptions): Promise<void> => {
  const { placement, password, template, durable, log } = options;
  const { dataDir } = placement;
  const unfinished = unfinishedOf(dataDir);
  await rm(unfinished, { recursive: true, force: true });
  const statement = (name: string, sql: string) => {
    const single = ['--single', '-D', unfinished, ...(durable ? [] : ['-F']), 'template1'];
    return runToEnd(name, placement.command('postgres', single), sql);
  };
  const isCopied = async () => {
    // The files of the `copy` strategy are another user's.
    if (template === undefined || placement.strategy === 'copy') return false;
    try {
      await unpackTemplate(template, unfinished);
      await statement('setting the password', alterPassword(password));
      const sync = ['--sync-only', `--pgdata=${unfinished}`];
      if (durable) await runToEnd('syncing to disk', placement.command('initdb', sync));
      return true;
    } catch (error) {
      log(
        `the template of a database cannot be used, so one is made from nothing: ${reasonOf(error).replaceAll(password, '…')}`,
      );
      await rm(unfinished, { recursive: true, force: true });
      return false;
    }
  };
  if (!(await isCopied())) {
    await placement.makeFolder(unfinished);
    await initdb(unfinished, options);
    await statement('create database', `create database ${DATABASE}\n`);
  }
  await rm(dataDir, { recursive: true, force: true });
  await rename(unfinished, dataDir);
};

/** For stdin, so that no argument or file contains it (I10). */
const alterPassword = (password: string): string =>
  `alter role ${SUPERUSER} password '${password.replaceAll("'", "''")}'\n`;

/** Replaces the lost password of the superuser of a stopped cluster. */
export const replacePassword = (placement: PostgresPlacement, password: string): Promise<void> => {
  const command = placement.command('postgres', ['--single', '-D', placement.dataDir, 'template1']);
  return runToEnd('setting the password', command, alterPassword(password));
};
