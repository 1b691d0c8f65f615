import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually.ts';

export interface FoundProcess {
  pid: number;
  command: string;
}

const ps = promisify(execFile);

/**
 * Living processes that carry `mark` in their command line or environment. Services and their Chromium carry the path
 * of their stack's folder, whatever their parent is by now.
 */
export async function processesWith(mark: string): Promise<FoundProcess[]> {
  const names = await readdir('/proc').catch(() => undefined);
  if (names === undefined) return processesByPs(mark);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => inspect(pid, mark)));
  return found.filter((process) => process !== undefined);
}

async function inspect(pid: number, mark: string): Promise<FoundProcess | undefined> {
  if (pid === process.pid) return undefined;
  // What is gone, another user's, or only waits to be reaped has nothing to read.
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [command, environment] = await Promise.all([read('cmdline'), read('environ')]);
  if (command === '' || !(command.includes(mark) || environment.includes(mark))) return undefined;
  return { pid, command: command.split('\0').join(' ').trim() };
}

async function processesByPs(mark: string): Promise<FoundProcess[]> {
  const { stdout } = await ps('ps', ['-axww', '-o', 'pid=,command=']);
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+) (.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, command]) => ({ pid: Number(pid), command: command as string }))
    .filter(({ pid, command }) => pid !== process.pid && command.includes(mark));
}

/** The browser processes among them, without their helpers. */
export async function browsersWith(mark: string): Promise<FoundProcess[]> {
  const all = await processesWith(mark);
  return all.filter(({ command }) => command.includes('--user-data-dir') && !command.includes('--type='));
}

/** What is in these folders; one that is not there is empty. */
async function contentOf(folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => (await readdir(folder).catch(() => [])).map((name) => join(folder, name))),
  );
  return lists.flat();
}

/** Waits until no process carries `mark` and `folders` are empty. @throws naming what is left */
export async function expectNothingLeft(mark: string, folders: readonly string[]): Promise<void> {
  await eventually(async () => {
    const processes = await processesWith(mark);
    const left = [
      ...processes.map(({ pid, command }) => `process ${pid}: ${command.slice(0, 200)}`),
      ...(await contentOf(folders)),
    ];
    if (left.length > 0) throw new Error(`left behind by the stack:\n${left.join('\n')}`);
  });
}
