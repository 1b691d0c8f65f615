import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { followChild } from '#shared/platform/process/child.ts';
import { removePostgresData } from '../../../../services/cli/local/postgres.ts';
import { homeOf } from '../../../../services/cli/up/home/home.ts';
import { endLeftovers } from '../../../../services/cli/up/home/leftovers.ts';
import { readUpFile, type UpFile } from '../../../../services/cli/up/home/up-file.ts';
import { afterFile, afterThisTest } from '../../../support/file-hooks.ts';

const CLONE = join(import.meta.dirname, '../../../..');

export interface UpProcess {
  child: ChildProcess;
  output: readonly string[];
  /** Resolves once it has said that it is ready. @throws with its output when it ends before */
  ready: Promise<UpFile>;
  exited: Promise<number | null>;
}

export const newHome = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'ghostly-test-up-'));
  afterFile(async () => {
    const home = homeOf({ GHOSTLY_HOME: path }, '/');
    await endLeftovers(home);
    await removePostgresData({ dataDir: home.postgres });
    await rm(path, { recursive: true, force: true });
  });
  return path;
};

interface Started {
  home: string;
  announced: UpFile;
}

let started: Promise<Started> | undefined;

/** One first start for the whole file: what it announced, and its home, which is for copies only. */
export const startedOnce = (): Promise<Started> => started ?? keepForCopies(startAndStop());

/** Takes a first start that a test has made and stopped for the one of the file. */
export const keepForCopies = (first: Started | Promise<Started>): Promise<Started> => {
  started = Promise.resolve(first);
  afterFile(async () => {
    started = undefined;
  });
  return started;
};

async function startAndStop(): Promise<Started> {
  const home = await newHome();
  const up = startUp(home);
  const announced = await up.ready;
  up.child.kill('SIGTERM');
  await up.exited;
  return { home, announced };
}

/** A home that was started before. A copy where the data is in it, which is not so for a root without namespaces. */
export const usedHome = async (): Promise<string> => {
  const { home } = await startedOnce();
  if (!existsSync(homeOf({ GHOSTLY_HOME: home }, '/').postgres)) return (await startAndStop()).home;
  const copy = await newHome();
  await promisify(execFile)('cp', ['-a', `${home}/.`, copy]);
  return copy;
};

export interface RunOptions {
  /** Starts it like npm: a shell stands between. */
  throughShell?: boolean;
}

export const run = (
  script: string,
  args: readonly string[],
  env: Record<string, string>,
  { throughShell = false }: RunOptions = {},
): UpProcess => {
  const own = { DATABASE_URL: '', NATS_URL: '', GHOSTLY_JWT_SECRET: '', PORT: '' };
  const command = [process.execPath, script, ...args];
  const [program = '', ...rest] = throughShell ? ['sh', '-c', '"$0" "$@"; true', ...command] : command;
  const child = spawn(program, rest, {
    cwd: CLONE,
    env: { ...process.env, ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { lines: output, line, exited, stop } = followChild(child, { remembered: Number.POSITIVE_INFINITY });
  const ready = line((said) => said.startsWith('Ghostly is ready')).then(async () => {
    const up = await readUpFile(join(env.GHOSTLY_HOME ?? '', 'up.json'));
    if (up === undefined) throw new Error('no up.json');
    return up;
  });
  // Tests that expect it to end do not look at it.
  ready.catch(() => {});
  afterThisTest(() => stop([['SIGTERM', 60_000]]));
  return { child, output, ready, exited: exited.then(({ code }) => code) };
};

export const startUp = (
  home: string,
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): UpProcess => run(join(import.meta.dirname, 'fixture/up.ts'), args, { GHOSTLY_HOME: home, ...env });

export const ghostly = async (
  home: string,
  ...args: string[]
): Promise<{ code: number | null; text: string }> => {
  const { exited, output } = run(join(CLONE, 'services/cli/main.ts'), args, { GHOSTLY_HOME: home });
  const code = await exited;
  return { code, text: output.join('\n') };
};

export const pidsOf = ({ pids }: UpFile): number[] =>
  [pids.gateway, pids.runner, pids.supervisor, pids.nats ?? [], pids.postgres ?? []].flat();

export const upFileOf = (home: string): string => join(home, 'up.json');
export const isThere = existsSync;
